/** Positions of each label, ascending: entry `c` lists the images of class `c`. */
export function indicesByClass(labels: ArrayLike<number>, classCount: number): readonly (readonly number[])[] {
  const groups: number[][] = Array.from({ length: classCount }, () => []);
  for (let i = 0; i < labels.length; i++) groups[labels[i]!]!.push(i);
  return groups;
}
