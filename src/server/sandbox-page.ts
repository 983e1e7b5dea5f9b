import { randomBytes } from 'node:crypto';

const CDN = 'https://embeddable-sandbox.cdn.apollographql.com';

/**
 * Apollo Sandbox for a browser's GET /graphql. It is loaded from Apollo's servers, so the page says where to go
 * without internet. Requests go from this page, not from Apollo's frame: they are same-origin. Telemetry is off.
 */
export function sandboxPage(sampleQuery = '{ __typename }'): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    "default-src 'none'",
    "connect-src 'self' ws: wss:",
    `script-src 'nonce-${nonce}' ${CDN}`,
    `style-src 'nonce-${nonce}' ${CDN} https://fonts.googleapis.com`,
    'img-src data:',
    'frame-src https://sandbox.embed.apollographql.com',
  ].join('; ');
  const state = {
    document: sampleQuery,
    includeCookies: false,
    pollForSchemaUpdates: false,
    // Uploads are multipart requests, which are refused without it.
    sharedHeaders: { 'apollo-require-preflight': 'sandbox' },
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Darkroom: Apollo Sandbox</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">
body { margin: 0; font: 16px/1.5 system-ui, sans-serif }
p { padding: 1em 2em }
#sandbox { position: absolute; inset: 0 }
#sandbox:empty { display: none }
iframe { width: 100%; height: 100%; border: 0; background: white }
</style>
</head>
<body>
<p>Apollo Sandbox loads from the internet. If nothing appears here, use <a href="/graphiql">GraphiQL at /graphiql</a>:
it comes with this server and works offline. 离线时请使用 <a href="/graphiql">/graphiql</a>。</p>
<div id="sandbox"></div>
<script nonce="${nonce}" src="${CDN}/v2/embeddable-sandbox.umd.production.min.js"></script>
<script nonce="${nonce}">
if (window.EmbeddedSandbox) new window.EmbeddedSandbox({
  target: '#sandbox',
  initialEndpoint: location.origin + '/graphql',
  initialSubscriptionEndpoint: location.origin.replace(/^http/, 'ws') + '/graphql',
  initialState: ${JSON.stringify(state).replaceAll('<', '\\u003c')},
  hideCookieToggle: true,
  endpointIsEditable: false,
  runTelemetry: false,
  allowDynamicStyles: false
});
</script>
</body>
</html>
`;
}
