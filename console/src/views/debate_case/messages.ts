import type { Messages } from "../../i18n/language";

interface CaseMessages {
  back: string;
  loading: string;
  failed: string;
  technique: string;
  document: string;
  answer: (side: string) => string;
  right: string;
  round: (round: string) => string;
  cut: string;
  verified: string;
  unverified: string;
  arguesFor: (side: string) => string;
  atWork: string;
  nothingYet: string;
  won: (side: string) => string;
  isRight: string;
  isWrong: string;
  undecided: string;
  reasons: Record<string, string>;
  votes: (a: string, b: string, none: string) => string;
  votesOf: (count: string) => string;
  votedFor: (side: string) => string;
  sawFirst: (side: string) => string;
}

export const messages: Messages<CaseMessages> = {
  en: {
    back: "The run",
    loading: "Loading",
    failed: "This case could not be loaded",
    technique: "Technique",
    document: "Document",
    answer: (side) => `Answer ${side}`,
    right: "the right one",
    round: (round) => `Round ${round}`,
    cut: "cut at its limit of words",
    verified: "In the document word for word. Show the place.",
    unverified: "Not in the document word for word",
    arguesFor: (side) => `argues for answer ${side}`,
    atWork: "At work",
    nothingYet: "Nothing has been said yet.",
    won: (side) => `The verdict is answer ${side}.`,
    isRight: "That is right.",
    isWrong: "That is wrong.",
    undecided: "Undecided",
    reasons: {
      tie: "a tie",
      refused: "a model refused",
      cut_off: "a reply was cut off",
      unreadable: "no verdict could be read",
      instructs_the_judge: "an argument told the judge what to answer",
      other_language: "an argument was in another language than the document",
    },
    votes: (a, b, none) => `Votes: ${a} for A, ${b} for B, ${none} for none.`,
    votesOf: (count) => `${count} votes with their reasons`,
    votedFor: (side) => `For answer ${side}`,
    sawFirst: (side) => `answer ${side} was shown first`,
  },
  de: {
    back: "Zum Lauf",
    loading: "Wird geladen",
    failed: "Dieser Fall konnte nicht geladen werden",
    technique: "Verfahren",
    document: "Dokument",
    answer: (side) => `Antwort ${side}`,
    right: "die richtige",
    round: (round) => `Runde ${round}`,
    cut: "an der Wortgrenze gekürzt",
    verified: "Steht wörtlich im Dokument. Stelle zeigen.",
    unverified: "Steht nicht wörtlich im Dokument",
    arguesFor: (side) => `argumentiert für Antwort ${side}`,
    atWork: "In Arbeit",
    nothingYet: "Noch wurde nichts gesagt.",
    won: (side) => `Das Urteil ist Antwort ${side}.`,
    isRight: "Das ist richtig.",
    isWrong: "Das ist falsch.",
    undecided: "Unentschieden",
    reasons: {
      tie: "Gleichstand",
      refused: "ein Modell lehnte ab",
      cut_off: "eine Antwort brach ab",
      unreadable: "kein Urteil lesbar",
      instructs_the_judge: "ein Argument sagte dem Richter, was er antworten soll",
      other_language: "ein Argument war in einer anderen Sprache als das Dokument",
    },
    votes: (a, b, none) => `Stimmen: ${a} für A, ${b} für B, ${none} für keine.`,
    votesOf: (count) => `${count} Stimmen mit Begründung`,
    votedFor: (side) => `Für Antwort ${side}`,
    sawFirst: (side) => `Antwort ${side} stand zuerst`,
  },
};
