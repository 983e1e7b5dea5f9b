/**
 * @generated SignedSource<<30f6e996822ce1a77dfd12ccb42f3813>>
 * @lightSyntaxTransform
 */

/* eslint-disable */

'use strict';

var node = (function(){
var v0 = [
  {
    "defaultValue": null,
    "kind": "LocalArgument",
    "name": "input"
  }
],
v1 = [
  {
    "alias": "task",
    "args": [
      {
        "kind": "Variable",
        "name": "input",
        "variableName": "input"
      }
    ],
    "concreteType": "IdPhotoTask",
    "kind": "LinkedField",
    "name": "createIdPhoto",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "id",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "state",
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Fragment",
    "metadata": null,
    "name": "documentsMakeMutation",
    "selections": (v1/*:: as any*/),
    "type": "Mutation",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": (v0/*:: as any*/),
    "kind": "Operation",
    "name": "documentsMakeMutation",
    "selections": (v1/*:: as any*/)
  },
  "params": {
    "cacheID": "5a7b881cdba19700ec147cdc86e357f8",
    "id": null,
    "metadata": {},
    "name": "documentsMakeMutation",
    "operationKind": "mutation",
    "text": "mutation documentsMakeMutation(\n  $input: CreateIdPhotoInput!\n) {\n  task: createIdPhoto(input: $input) {\n    id\n    state\n  }\n}\n"
  }
};
})();

node.hash = "27b7b4a26af60ee350dce2261c45de02";

module.exports = node;
