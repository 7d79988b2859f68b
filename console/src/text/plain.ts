/**
 * Text that somebody else wrote, made harmless to the lines around it. Control characters and those that change the
 * writing direction are shown by their names; lone surrogates, which no font has, become the replacement character.
 */
export function shown(text: string): string {
  return text.toWellFormed().replace(UNSEEN, (sign) => `[U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`);
}

// All but tab and the ends of lines; the marks, embeddings, overrides and isolates of bidirectional text.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
