/**
 * @file The active columns of a dictionary as an orthonormal factorization A_S = Q R, grown and shrunk column by column.
 * Least squares on R has the condition of A_S; on the Gram matrix it would have its square, which at |S| = rows costs
 * most of float64's digits.
 */
import type { Dictionary } from "../dictionary.ts";
import { columnOf, dot } from "../products.ts";

/** A column whose part outside the span of the others is smaller than this fraction of its length counts as dependent. */
const DEPENDENCE = 1e-12;

/** The set S in order of entry, with the factorization of A_S. Always of full column rank. */
export class ActiveColumns {
  readonly #dictionary: Dictionary;
  readonly #columns: number[] = [];
  /** Orthonormal columns of Q. */
  readonly #basis: Float64Array[] = [];
  /** Column k of R, entries 0..k. */
  readonly #triangle: number[][] = [];

  constructor(dictionary: Dictionary) {
    this.#dictionary = dictionary;
  }

  /** Dictionary columns in the set, in order of entry. */
  get columns(): readonly number[] {
    return this.#columns;
  }

  /** Adds a column. False, and nothing changes, when it depends linearly on the set (a column of zeros always does). */
  add(column: number): boolean {
    const vector = columnOf(this.#dictionary, column);
    const length = Math.sqrt(dot(vector, vector));
    const coefficients = this.#orthogonalize(vector);
    const rest = Math.sqrt(dot(vector, vector));
    if (!(rest > DEPENDENCE * length)) return false;
    for (let i = 0; i < vector.length; i++) vector[i] /= rest;
    this.#columns.push(column);
    this.#basis.push(vector);
    this.#triangle.push([...coefficients, rest]);
    return true;
  }

  /** Removes the column at a position of `columns` and factors the later ones anew. */
  removeAt(position: number): void {
    const later = this.#columns.slice(position + 1);
    this.#columns.length = position;
    this.#basis.length = position;
    this.#triangle.length = position;
    for (const column of later) this.add(column);
  }

  /** The x with A_S x nearest to a dictionary column, in the order of `columns`. */
  expand(column: number): Float64Array {
    return this.#solveTriangle(this.#orthogonalize(columnOf(this.#dictionary, column)));
  }

  /** A_S^+ b: the least-squares coefficients of a vector of length rows. */
  leastSquares(vector: Float64Array): Float64Array {
    return this.#solveTriangle(this.#basis.map((direction) => dot(direction, vector)));
  }

  /** The part of a vector that is orthogonal to every active column. */
  remainder(vector: Float64Array): Float64Array {
    const rest = vector.slice();
    this.#orthogonalize(rest);
    return rest;
  }

  /** (A_S^T A_S)^-1 v and u = A_S (A_S^T A_S)^-1 v, the vector in the span of A_S with A_S^T u = v. */
  solveGram(values: readonly number[]): { readonly coefficients: Float64Array; readonly image: Float64Array } {
    const coordinates: number[] = [];
    for (const [k, column] of this.#triangle.entries()) {
      let sum = values[k]!;
      for (let i = 0; i < k; i++) sum -= column[i]! * coordinates[i]!;
      coordinates.push(sum / column[k]!);
    }
    const image = new Float64Array(this.#dictionary.rows);
    for (const [k, direction] of this.#basis.entries()) {
      for (let i = 0; i < image.length; i++) image[i] += coordinates[k]! * direction[i];
    }
    return { coefficients: this.#solveTriangle(coordinates), image };
  }

  /** Takes the span of the basis out of a vector, in place, and returns its coordinates. Done twice, which is enough. */
  #orthogonalize(vector: Float64Array): number[] {
    const coordinates = this.#basis.map(() => 0);
    for (let pass = 0; pass < 2; pass++) {
      for (const [k, direction] of this.#basis.entries()) {
        const along = dot(direction, vector);
        coordinates[k]! += along;
        for (let i = 0; i < vector.length; i++) vector[i] -= along * direction[i];
      }
    }
    return coordinates;
  }

  /** R^-1 y. */
  #solveTriangle(values: readonly number[]): Float64Array {
    const solution = Float64Array.from(values);
    for (let k = solution.length - 1; k >= 0; k--) {
      const column = this.#triangle[k]!;
      solution[k] /= column[k]!;
      for (let i = 0; i < k; i++) solution[i] -= column[i]! * solution[k];
    }
    return solution;
  }
}
