#!/bin/sh
# One request: the photo goes in as a form, and the answer waits for the photo. examples/curl.sh photo.jpg out.jpg
set -eu
url="${DARKROOM_URL:-http://127.0.0.1:4000}"

answer=$(curl --silent --show-error --fail-with-body "$url/photos" \
  -H 'graphql-require-preflight: 1' ${DARKROOM_KEY:+-H "authorization: Bearer $DARKROOM_KEY"} \
  -F operation=createIdPhoto -F input='{"specId":"yi-cun-295x413"}' -F waitSeconds=60 -F photo=@"$1")
echo "$answer" | grep -o '"state":"[A-Z_]*"'

link=$(echo "$answer" | grep -o '"clean":{[^}]*' | grep -o 'http[^"]*')
curl --silent --fail "$link" -o "$2"
