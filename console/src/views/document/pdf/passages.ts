/** A part of a text, such as of a line of a page. */
export interface Stretch {
  /** The index of the text. */
  text: number;
  /** From this character of it to before that one. */
  from: number;
  to: number;
}

/** Shorter runs of letters are alike by chance. */
const LEAST = 16;
/** Where less of a passage is found, it is another passage. */
const PART = 0.5;
const MOST_RUNS = 24;
/** So many letters of a word can be alike by chance at the end of a run. */
const BY_CHANCE = 3;
const MASKED = /\{[A-Z][A-Z0-9_ ]{1,60}\}/g;
/** Ends a run; no letter has this code. */
const BREAK = "\0";
const LETTER = /[\p{L}\p{N}]/u;

interface Letter extends Stretch {
  code: number;
}

/**
 * Where the texts have a passage, in whatever order they stand. Only letters and digits count: spaces, hyphens and line
 * ends differ with the program that reads a page. What the guardrail masked is not looked for.
 */
export function findPassage(passage: string, texts: readonly string[]): Stretch[] {
  const wanted = lettersOf(passage.replaceAll(BREAK, " ").replace(MASKED, BREAK), 0);
  const given = texts.flatMap(lettersOf);
  const count = wanted.filter(({ code }) => code).length;
  const runs = commonRuns(wanted, given, Math.min(LEAST, count));
  const found = runs.reduce((sum, run) => sum + run.length, 0);
  return found > 0 && found >= PART * count ? runs.flatMap(stretchesOf).map((each) => withEnds(each, texts[each.text]!)).sort(byPlace) : [];
}

/** The letters of a text without their marks, in lower case, each with its place. */
function lettersOf(text: string, index: number): Letter[] {
  const letters: Letter[] = [];
  let from = 0;
  for (const sign of text) {
    const to = from + sign.length;
    for (const letter of sign.normalize("NFKD").toLowerCase()) {
      if (letter === BREAK || LETTER.test(letter)) letters.push({ code: letter.codePointAt(0)!, text: index, from, to });
    }
    from = to;
  }
  return letters;
}

/** The longest runs of letters that both have, of which none overlap. */
function commonRuns(wanted: Letter[], given: Letter[], least: number): Letter[][] {
  const [left, there] = [wanted, given].map((letters) => Uint32Array.from(letters, ({ code }) => code)) as [Uint32Array, Uint32Array];
  const runs: Letter[][] = [];
  while (runs.length < MOST_RUNS) {
    const longest = longestRun(left, there);
    if (!longest.length || longest.length < least) break;
    const { ofLeft, ofThere, length } = trimmed(longest, wanted, given);
    runs.push(given.slice(ofThere, ofThere + length));
    // What has been found is not found again.
    left.fill(0, ofLeft, ofLeft + length);
    there.fill(0, ofThere, ofThere + length);
  }
  return runs;
}

interface Run {
  ofLeft: number;
  ofThere: number;
  length: number;
}

function longestRun(left: Uint32Array, there: Uint32Array): Run {
  const longest = { ofLeft: 0, ofThere: 0, length: 0 };
  // How long the run is that ends at each letter of `there` and at the letter of `left` before this one, and at this one.
  let [before, now] = [new Uint32Array(there.length + 1), new Uint32Array(there.length + 1)];
  for (let i = 0; i < left.length; i += 1) {
    for (let j = 0; j < there.length; j += 1) {
      const length = left[i] && left[i] === there[j] ? before[j]! + 1 : 0;
      now[j + 1] = length;
      if (length > longest.length) Object.assign(longest, { ofLeft: i + 1 - length, ofThere: j + 1 - length, length });
    }
    [before, now] = [now, before];
  }
  return longest;
}

/** A run without letters at its ends that only happen to end the words before it, or to begin those behind it. */
function trimmed({ ofLeft, ofThere, length }: Run, wanted: Letter[], given: Letter[]): Run {
  const splits = (index: number, letters: Letter[]) => {
    const [before, behind] = [letters[index - 1], letters[index]];
    return before?.text === behind?.text && before?.to === behind?.from;
  };
  const cut = (at: number, by: 1 | -1) => {
    if (!splits(ofLeft + at, wanted) || !splits(ofThere + at, given)) return 0;
    const steps = Array.from({ length: BY_CHANCE }, (_, index) => index + 1);
    return steps.find((step) => !splits(ofThere + at + by * step, given)) ?? 0;
  };
  const [first, last] = [cut(0, 1), cut(length, -1)];
  if (first + last >= length) return { ofLeft, ofThere, length };
  return { ofLeft: ofLeft + first, ofThere: ofThere + first, length: length - first - last };
}

/** One stretch of each text that a run touches. */
function stretchesOf(run: Letter[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const { text, from, to } of run) {
    const last = stretches.at(-1);
    if (last?.text === text) last.to = to;
    else stretches.push({ text, from, to });
  }
  return stretches;
}

/** Punctuation at the ends of a line belongs to the letters beside it. */
function withEnds({ text, from, to }: Stretch, line: string): Stretch {
  return { text, from: LETTER.test(line.slice(0, from)) ? from : 0, to: LETTER.test(line.slice(to)) ? to : line.length };
}

const byPlace = (one: Stretch, other: Stretch) => one.text - other.text || one.from - other.from;
