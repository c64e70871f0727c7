/**
 * @file The interfaces behind `config.json` as the compiler sees them: `RunConfig`, and for each space and strategy of the package what their kinds say
 * of options and networks.
 */
import { fileURLToPath } from "node:url";
import ts from "typescript";

export interface RunConfigTypes {
  readonly config: ts.Type;
  readonly parts: PartTypes;
}

type TypesByKind = ReadonlyMap<string, ts.Type>;

/** A space and a strategy can have one name. */
export interface PartTypes {
  readonly options: { readonly space: TypesByKind; readonly strategy: TypesByKind };
  /** Of spaces alone. */
  readonly networks: TypesByKind;
}

const pathOf = (file: string): string => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

const CONFIG = pathOf("store/run-config.ts");
const SPACES = pathOf("spaces/space-table.ts");
const STRATEGIES = pathOf("strategies/strategy-table.ts");

const program = ts.createProgram([CONFIG, SPACES, STRATEGIES], {
  ...{ strict: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023 },
  ...{ allowImportingTsExtensions: true, noEmit: true },
});
const checker = program.getTypeChecker();

export function readRunConfigTypes(): RunConfigTypes {
  const module = checker.getSymbolAtLocation(program.getSourceFile(CONFIG)!)!;
  const symbol = checker.getExportsOfModule(module).find(({ name }) => name === "RunConfig")!;
  const spaces = rowsOfTable(SPACES);
  const typesOf = (rows: typeof spaces, method: string): TypesByKind =>
    new Map(rows.map(({ kind, type }) => [kind, returned(type, method)]));
  const options = { space: typesOf(spaces, "options"), strategy: typesOf(rowsOfTable(STRATEGIES), "options") };
  const parts = { options, networks: typesOf(spaces, "macro") };
  return { config: checker.getDeclaredTypeOfSymbol(symbol), parts };
}

export interface Property {
  readonly symbol: ts.Symbol;
  /** Without null and undefined. */
  readonly type: ts.Type;
}

export function propertyOf(type: ts.Type, name: string): Property {
  const symbol = checker.getPropertyOfType(checker.getNonNullableType(type), name);
  if (symbol === undefined) throw new Error(`${checker.typeToString(type)}: has no ${name}, which config.json has`);
  return { symbol, type: checker.getNonNullableType(checker.getTypeOfSymbol(symbol)) };
}

/** Of a list. */
export function elementOf(type: ts.Type): ts.Type {
  return checker.getIndexTypeOfType(type, ts.IndexKind.Number)!;
}

export function docComment(symbol: ts.Symbol): string {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).replaceAll(/\s+/g, " ");
}

/** The rows of a table of spaces or strategies, each with the type that it was declared with: the table's own says less. */
function rowsOfTable(file: string): readonly { readonly kind: string; readonly type: ts.Type }[] {
  const rows: { kind: string; type: ts.Type }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isArrayLiteralExpression(node)) {
      for (const element of node.elements)
        rows.push({ kind: kindOf(element), type: checker.getTypeAtLocation(element) });
    } else {
      ts.forEachChild(node, visit);
    }
  };
  visit(program.getSourceFile(file)!);
  return rows;
}

/** `kind: "darts"` where the row was declared. */
function kindOf(row: ts.Expression): string {
  const imported = checker.getSymbolAtLocation(row)!;
  const declaration = checker.getAliasedSymbol(imported).valueDeclaration as ts.VariableDeclaration;
  const { properties } = declaration.initializer as ts.ObjectLiteralExpression;
  const kind = properties.find((property) => property.name?.getText() === "kind") as ts.PropertyAssignment;
  return (checker.getTypeAtLocation(kind.initializer) as ts.StringLiteralType).value;
}

/** What the method of that name returns. */
function returned(type: ts.Type, method: string): ts.Type {
  const [signature] = propertyOf(type, method).type.getCallSignatures();
  return signature!.getReturnType();
}
