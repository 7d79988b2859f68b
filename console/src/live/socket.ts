/** A connection to the WebSocket API, at a path of this origin. The token is a subprotocol, because a page cannot set headers. */
export function openSocket(path: string, token: string): WebSocket {
  const { protocol, host } = window.location;
  return new WebSocket(`${protocol.replace("http", "ws")}//${host}${path}`, ["docent", token]);
}
