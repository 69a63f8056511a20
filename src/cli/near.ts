/** Edit distance in which two neighbouring letters that changed places count once. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** At most three of the names that a person may have meant by `word`, nearest first. */
function near(word: string, names: Iterable<string>): string[] {
  const wanted = word.toLowerCase().slice(0, 60).replaceAll(/[*?]/g, "");
  if (wanted === "") return [];
  const scored = [...new Set(names)].map((name) => {
    const candidate = name.toLowerCase();
    const part = wanted.length >= 3 && candidate.includes(wanted);
    return { name, score: part ? 0.5 : distance(wanted, candidate), length: candidate.length };
  });
  return scored
    .filter(({ score, length }) => score <= Math.max(1, Math.floor(Math.max(wanted.length, length) / 3)))
    .sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** ` Did you mean a, b or c?`, or nothing. */
export function didYouMean(word: string, names: Iterable<string>): string {
  const found = near(word, names);
  if (found.length === 0) return "";
  const last = found.at(-1)!;
  return ` Did you mean ${found.length === 1 ? last : `${found.slice(0, -1).join(", ")} or ${last}`}?`;
}
