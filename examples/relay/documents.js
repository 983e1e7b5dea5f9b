// What relay-compiler makes the files of this folder from; the example imports those.
const { graphql } = require('relay-runtime');

graphql`
  mutation documentsMakeMutation($input: CreateIdPhotoInput!) {
    task: createIdPhoto(input: $input) {
      id
      state
    }
  }
`;

graphql`
  subscription documentsFollowSubscription($id: ID!) {
    taskUpdated(id: $id) {
      id
      state
      ... on IdPhotoTask {
        photos {
          id
          clean {
            id
            url
          }
        }
      }
    }
  }
`;
