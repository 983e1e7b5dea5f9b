/** What GraphiQL and Sandbox open with. */
export const SAMPLE_QUERY = `# Welcome to Darkroom. Find a spec, make a photo, follow it: three operations, chosen by the button that runs them.
query Specs {
  specs(search: "一寸", first: 3) {
    totalCount
    nodes { id title widthPx heightPx dpi backgrounds { id title hex hexEnd } }
  }
  vendors { vendor configured sandbox operations }
}

# Upload a photo above (Apollo Sandbox: as a file variable of uploadPhoto) and put its id here.
mutation MakePhoto {
  createIdPhoto(
    input: { photo: { assetId: "asset_…" }, specId: "yi-cun-295x413", backgrounds: [{ color: "blue" }] }
  ) { id state }
}

# With the id of the task: each change until it ends.
subscription FollowTask {
  taskUpdated(id: "task_…") {
    state stage progress { percent } failure { code userMessage }
    ... on IdPhotoTask { photos { clean { url widthPx heightPx bytes } } }
  }
}`;
