const part = (text: string) => encodeURIComponent(text.toWellFormed());

/** Where the console shows a flow, and a run of it. */
export const placeOfFlow = (flow: string) => `/flows/${part(flow)}`;
export const placeOfRun = (flow: string, runId: string) => `${placeOfFlow(flow)}/runs/${part(runId)}`;
