// A certified OpenID provider on loopback. Users choose who they are; there is no password.
//
//   node provider.mjs CONFIGURATION.json
//
// The configuration, read again when the file changes (except the port):
//   {"port": 0 for any, "folder": where its keys are kept, "client_id": …, "client_secret": …,
//    "callbacks": […], "after_logout": […], "id_token_seconds": …,
//    "people": [{"id": …, "name": …, "email": …, "groups": […]}]}
// It prints {"issuer": …} once it listens.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import Provider from 'oidc-provider';

const TAGS = 'https://aws.amazon.com/tags';
const SCOPES = 'openid email profile offline_access';
const MOST_BYTES = 4096;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
const FRAME = readFileSync(new URL('page.html', import.meta.url), 'utf8');

// Pages

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

function page(title, content) {
  return FRAME.replaceAll('<!--title-->', () => escaped(title)).replace('<!--content-->', () => content);
}

function choice(uid, client, people) {
  const buttons = people.map(({ id, name, email, groups }) => (
    `<button name="person" value="${escaped(id)}"><b>${escaped(name)}</b>`
    + `<small>${escaped([email, ...groups].join(' · '))}</small></button>`
  ));
  return page('Who are you?', `<p>Sign in to ${escaped(client)}. No password is asked for on this machine.</p>
<form method="post" action="/interaction/${escaped(uid)}">${buttons.join('\n')}</form>`);
}

function show(context, title, content) {
  context.type = 'html';
  context.set('Content-Security-Policy', POLICY);
  context.body = page(title, content);
}

function send(response, status, body) {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-store',
  });
  response.end(body);
}

// The provider

function keptKeys(folder) {
  const file = join(folder, 'keys.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const kid = randomBytes(6).toString('hex');
  const keys = {
    signing: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid }],
    cookies: [randomBytes(16).toString('hex')],
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600, flag: 'wx' });
  return keys;
}

function claimsOf(person) {
  return {
    sub: person.id,
    name: person.name,
    email: person.email,
    email_verified: true,
    groups: person.groups,
    [TAGS]: { principal_tags: { Email: [person.email] }, transitive_tag_keys: ['Email'] },
  };
}

function newProvider(issuer, given) {
  const keys = keptKeys(given.folder);
  return new Provider(issuer, {
    clients: [{
      client_id: given.client_id,
      client_secret: given.client_secret,
      redirect_uris: given.callbacks,
      post_logout_redirect_uris: given.after_logout,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    }],
    jwks: { keys: keys.signing },
    cookies: {
      keys: keys.cookies,
      // Cookies ignore the port, and other programs on this machine can use the usual names.
      names: { session: 'docent_idp', interaction: 'docent_idp_interaction', resume: 'docent_idp_resume' },
    },
    // The session tag that AWS reads is always in the id token.
    claims: { openid: ['sub', 'groups', TAGS], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    ttl: {
      AccessToken: 600, AuthorizationCode: 60, Grant: 86_400, IdToken: given.id_token_seconds,
      Interaction: 600, RefreshToken: 86_400, Session: 86_400,
    },
    findAccount: (_context, id) => {
      const person = given.people.find((each) => each.id === id);
      return person && { accountId: id, claims: () => claimsOf(person) };
    },
    // Users are not asked for consent: the organisation has consented for them.
    loadExistingGrant: async ({ oidc }) => {
      const known = oidc.result?.consent?.grantId ?? oidc.session.grantIdFor(oidc.client.clientId);
      const found = known && await oidc.provider.Grant.find(known);
      return found || grantTo(oidc.provider, oidc.client.clientId, oidc.session.accountId);
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (context, form) => show(context, 'Sign out?', `<p>You are signed in on this machine.</p>${form}
<form><button form="op.logoutForm" name="logout" value="yes"><b>Sign out</b></button>
<button form="op.logoutForm"><b>Stay signed in</b></button></form>`),
        postLogoutSuccessSource: (context) => show(context, 'Signed out', '<p>You may close this page.</p>'),
      },
    },
    renderError: (context, { error, error_description: description }) => (
      show(context, 'That did not work', `<p>${escaped(error)}: ${escaped(description ?? '')}</p>`)
    ),
  });
}

async function grantTo(provider, clientId, accountId) {
  const grant = new provider.Grant({ clientId, accountId });
  grant.addOIDCScope(SCOPES);
  await grant.save();
  return grant;
}

// Interactions: signing in, and consent if a client insists on it

async function interact(provider, given, request, response) {
  const { uid, prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'consent') {
    const grant = await grantTo(provider, params.client_id, session.accountId);
    const consent = { grantId: grant.jti };
    await provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
  } else if (request.method === 'GET') {
    send(response, 200, choice(uid, params.client_id, given.people));
  } else {
    const person = new URLSearchParams(await bodyOf(request)).get('person');
    if (given.people.some(({ id }) => id === person)) {
      const login = { accountId: person };
      await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
    } else {
      send(response, 400, page('Nobody of that name', '<p>Go back, and choose one of the people shown.</p>'));
    }
  }
}

async function bodyOf(request) {
  let body = '';
  for await (const part of request) {
    body += part;
    if (body.length > MOST_BYTES) throw new Error('the form is too long');
  }
  return body;
}

// The program

// A page can give its own host name this machine's address, and send forms here. A relying party's forms are for these.
const FOR_OTHERS = ['/auth', '/session/end'];

function isOurs({ headers: { host = '', origin }, url }) {
  const { pathname } = new URL(url, 'http://localhost');
  return /^(localhost|127\.0\.0\.1)(:\d+)?$/i.test(host)
    && (origin === undefined || origin === `http://${host}` || FOR_OTHERS.includes(pathname));
}

const [, , file] = process.argv;
const server = createServer();
let known = {};

function current(issuer) {
  const { mtimeNs } = statSync(file, { bigint: true });
  if (known.mtimeNs !== mtimeNs) {
    const given = JSON.parse(readFileSync(file, 'utf8'));
    const provider = newProvider(issuer, given);
    known = { mtimeNs, given, provider, answer: provider.callback() };
  }
  return known;
}

server.listen(JSON.parse(readFileSync(file, 'utf8')).port, '127.0.0.1', () => {
  const issuer = `http://localhost:${server.address().port}`;
  current(issuer);
  server.on('request', async (request, response) => {
    try {
      if (!isOurs(request)) {
        send(response, 403, page('Not here', '<p>This page is for this machine only.</p>'));
        return;
      }
      const { given, provider, answer } = current(issuer);
      if (request.url.startsWith('/interaction/')) await interact(provider, given, request, response);
      else await answer(request, response);
    } catch (error) {
      console.error(error.name);
      if (!response.headersSent) {
        send(response, error.statusCode ?? 500, page('That did not work', '<p>This sign-in has ended. Go back to where you came from, and start again.</p>'));
      }
    }
  });
  console.log(JSON.stringify({ issuer }));
});
