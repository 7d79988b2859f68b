import type { Schemas } from "../../api/client";
import type { Messages } from "../../i18n/language";

type Subscription = Schemas["Subscription"];

interface AccessMessages {
  action: string;
  title: string;
  description: string;
  own: string;
  review: string;
  product: string;
  who: string;
  group: (name: string) => string;
  status: string;
  statuses: Record<Subscription["status"], string>;
  reasons: Record<NonNullable<Subscription["reason"]>, string>;
  endsSoon: string;
  until: string;
  purpose: string;
  listFailed: string;
  loading: string;
  none: string;
  noneReview: string;
  why: string;
  decidedBy: string;
  approve: string;
  refuse: string;
  revoke: string;
  withdraw: string;
  approved: string;
  refused: string;
  revoked: string;
  restart: string;
  restarted: string;
  failed: string;
  revokeTitle: string;
  revokeDetail: string;
  explanation: string;
  allows: string;
  allowsNot: string;
  noPolicy: string;
  facts: string;
  otherwise: string;
  approvals: string;
  needs: (roles: string) => string;
  roles: Record<"owner" | "steward", string>;
  and: string;
  cancel: string;
  close: string;
}

export const messages: Messages<AccessMessages> = {
  en: {
    action: "Action",
    title: "Access",
    description: "Who has access to which data products, who has asked for it, and why it was decided so",
    own: "Mine",
    review: "For me to decide",
    product: "Data product",
    who: "Who",
    group: (name) => `Group ${name}`,
    status: "Status",
    statuses: { WAITING: "Waiting", IN_FORCE: "In force", ENDED: "Ended", REFUSED: "Refused", FAILED: "Failed" },
    reasons: {
      policy: "by a policy",
      reviewer: "by a reviewer",
      withdrawn: "withdrawn",
      expired: "nobody decided",
      over: "the time is over",
      revoked: "revoked",
      prolonged: "prolonged",
      retired: "the data product was retired",
    },
    endsSoon: "Ends soon",
    until: "Until",
    purpose: "Purpose",
    listFailed: "The requests could not be loaded",
    loading: "Loading requests",
    none: "You have asked for nothing yet",
    noneReview: "Nothing waits for you",
    why: "Why?",
    decidedBy: "Decided by",
    approve: "Approve",
    refuse: "Refuse",
    revoke: "Revoke",
    withdraw: "Withdraw",
    approved: "You have approved it",
    refused: "You have refused it",
    revoked: "It has ended",
    restart: "Start again",
    restarted: "It is started again",
    failed: "It was not decided",
    revokeTitle: "End this access?",
    revokeDetail: "From the next question on, nothing is found by it.",
    explanation: "Why it was decided so",
    allows: "These policies allow it now",
    allowsNot: "These policies forbid it now",
    noPolicy: "No policy allows it now",
    facts: "They read these facts",
    otherwise: "It would be decided otherwise if",
    approvals: "Approved by",
    needs: (roles) => `Needs the approval of the ${roles}`,
    roles: { owner: "owner", steward: "steward" },
    and: " and ",
    cancel: "Cancel",
    close: "Close",
  },
  de: {
    action: "Aktion",
    title: "Zugriff",
    description: "Wer auf welche Datenprodukte Zugriff hat, wer ihn beantragt hat und warum so entschieden wurde",
    own: "Meine",
    review: "Von mir zu entscheiden",
    product: "Datenprodukt",
    who: "Wer",
    group: (name) => `Gruppe ${name}`,
    status: "Status",
    statuses: { WAITING: "Wartet", IN_FORCE: "In Kraft", ENDED: "Beendet", REFUSED: "Abgelehnt", FAILED: "Fehlgeschlagen" },
    reasons: {
      policy: "durch eine Richtlinie",
      reviewer: "durch einen Prüfer",
      withdrawn: "zurückgezogen",
      expired: "niemand hat entschieden",
      over: "die Zeit ist um",
      revoked: "entzogen",
      prolonged: "verlängert",
      retired: "das Datenprodukt wurde zurückgezogen",
    },
    endsSoon: "Endet bald",
    until: "Bis",
    purpose: "Zweck",
    listFailed: "Die Anträge konnten nicht geladen werden",
    loading: "Anträge werden geladen",
    none: "Sie haben noch nichts beantragt",
    noneReview: "Nichts wartet auf Sie",
    why: "Warum?",
    decidedBy: "Entschieden durch",
    approve: "Genehmigen",
    refuse: "Ablehnen",
    revoke: "Entziehen",
    withdraw: "Zurückziehen",
    approved: "Sie haben es genehmigt",
    refused: "Sie haben es abgelehnt",
    revoked: "Es ist beendet",
    restart: "Neu starten",
    restarted: "Er wurde neu gestartet",
    failed: "Es wurde nicht entschieden",
    revokeTitle: "Diesen Zugriff beenden?",
    revokeDetail: "Ab der nächsten Frage wird darüber nichts mehr gefunden.",
    explanation: "Warum so entschieden wurde",
    allows: "Diese Richtlinien erlauben es jetzt",
    allowsNot: "Diese Richtlinien verbieten es jetzt",
    noPolicy: "Keine Richtlinie erlaubt es jetzt",
    facts: "Sie lesen diese Tatsachen",
    otherwise: "Es würde anders entschieden, wenn",
    approvals: "Genehmigt von",
    needs: (roles) => `Braucht die Genehmigung von: ${roles}`,
    roles: { owner: "Eigentümer", steward: "Datenverwalter" },
    and: " und ",
    cancel: "Abbrechen",
    close: "Schließen",
  },
};
