//! GitHub Actions, a table for each form.

use super::{assert_reads, read};

#[test]
fn containers_services_and_uses() {
    let text = "name: build
on: [push]
env: {REGISTRY: ghcr.io/acme}
jobs:
  one:
    runs-on: ubuntu-latest
    container: node:20-bookworm
    services:
      postgres:
        image: postgres:16
        env: {POSTGRES_PASSWORD: hunter2, MODE: test}
      redis: redis:7
    steps:
    - uses: actions/checkout@v4
    - uses: docker://alpine:3.20
      id: lint
    - name: script only
      run: |
        image: not/this:1
    - uses: ./.github/actions/local
    - uses: acme/tools/deploy/prod@8ade135a41bc03ea155e62e844d188df1ea18608
      with: {token: '${{ secrets.TOKEN }}'}
  two:
    runs-on: [self-hosted, linux]
    container:
      image: ${{ env.REGISTRY }}/base:1
      credentials: {username: bob, password: hunter2}
  three:
    uses: acme/shared/.github/workflows/release.yml@v1
    secrets: inherit
";
    let whole = assert_reads(
        ".github/workflows/build.yml",
        "github-actions",
        text,
        "CIJob build/one
        ci container node:20-bookworm
        ci services/postgres postgres:16
        ci services/redis redis:7
        action steps/step 1 actions/checkout@v4
        ci steps/lint alpine:3.20
        action steps/step 5 acme/tools/deploy/prod@8ade135a41bc03ea155e62e844d188df1ea18608
        CIJob build/two
        ci container ${{ env.REGISTRY }}/base:1 = ghcr.io/acme/base:1
        CIJob build/three
        action uses acme/shared/.github/workflows/release.yml@v1",
    );
    assert!(whole.collected.notes.iter().any(|note| note.contains("./.github/actions/local")));
    let stored = String::from_utf8(whole.stored).unwrap();
    assert!(!stored.contains("hunter2"), "{stored}");
    assert_eq!(whole.items[0].spot.pointer, "/jobs/one");
    assert_eq!(whole.items[0].uses[1].spot.pointer, "/services/postgres/image");
    assert_eq!(whole.items[0].object.as_ref().unwrap().details["runs-on"], "ubuntu-latest");
}

#[test]
fn matrices_are_expanded() {
    let text = "on: push
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        node: [18, '20']
        os: [alpine]
        include: [{node: 22, os: bookworm}, {node: 18, extra: yes}]
    container: 'node:${{ matrix.node }}-${{ matrix.os }}'
    services:
      db: {image: 'postgres:${{ matrix.postgres || 16 }}'}
      none: {image: '${{ matrix.none }}'}
      outside: {image: 'a:${{ inputs.tag }}-${{ matrix.node }}'}
    steps: []
  later:
    runs-on: x
    strategy: {matrix: '${{ fromJSON(needs.plan.outputs.matrix) }}'}
    container: ${{ matrix.image }}
  maps:
    runs-on: x
    strategy:
      matrix:
        c: [{image: 'a:1', options: x}, {image: 'b:2'}, '${{ vars.IMAGE }}']
    container: ${{ matrix.c }}
";
    assert_reads(
        "",
        "github-actions",
        text,
        "CIJob /test
        ci container (18, alpine) node:${{ matrix.node }}-${{ matrix.os }} = node:18-alpine
        ci container (20, alpine) node:${{ matrix.node }}-${{ matrix.os }} = node:20-alpine
        ci container (22, bookworm) node:${{ matrix.node }}-${{ matrix.os }} = node:22-bookworm
        ci services/db postgres:${{ matrix.postgres || 16 }} = postgres:16
        ci services/outside (18) a:${{ inputs.tag }}-${{ matrix.node }} needs inputs.tag
        CIJob /later
        ci container ${{ matrix.image }} needs matrix.image
        CIJob /maps
        ci container (a:1) ${{ matrix.c }} = a:1
        ci container (b:2) ${{ matrix.c }} = b:2
        ci container ${{ matrix.c }} needs matrix.c",
    );
}

#[test]
fn actions() {
    assert_reads(
        "action.yml",
        "github-actions",
        "name: scan\ndescription: x\nruns:\n  using: docker\n  image: docker://ghcr.io/acme/scan:2\n  args: [a]\n",
        "CIAction /scan\nci runs/image ghcr.io/acme/scan:2",
    );
    let whole = assert_reads(
        "a.yaml",
        "github-actions",
        "name: here\nruns:\n  using: docker\n  image: Dockerfile\n",
        "CIAction /here",
    );
    assert!(whole.collected.notes.iter().any(|note| note.contains("`Dockerfile`")), "{:?}", whole.collected.notes);
    assert_reads(
        "action.yml",
        "github-actions",
        "name: all\nruns:\n  using: composite\n  steps:\n  - uses: actions/cache@v4\n  - run: x\n    shell: bash\n",
        "CIAction /all\naction steps/step 1 actions/cache@v4",
    );
}

#[test]
fn aliases_and_odd_places() {
    let text = "\"on\": push\nx: &image node:18\njobs:\n  a:\n    runs-on: x\n    container: *image\n    steps: [{uses: \"a/b@\\x76\\x31\"}]\n";
    let whole = read("", text);
    assert_eq!(super::lines(&whole), ["CIJob /a", "  ci container node:18", "  action steps/step 1 a/b@v1"]);
    // The alias's text stands outside of the job, so the whole document is the item.
    assert_eq!((whole.items[0].spot.pointer.as_str(), whole.items[0].spot.offset), ("", 0));
    assert_eq!(whole.items[0].uses[0].spot.pointer, "/jobs/a/container");
}

#[test]
fn what_is_wrong_is_rejected_and_the_rest_kept() {
    let whole = read(
        "",
        "on: push\njobs:\n  a: {runs-on: x, container: [a]}\n  b:\n    runs-on: x\n    container: \"a\\nb\"\n  c: text\n  d:\n    runs-on: x\n    container: ok:1\n",
    );
    let reasons: Vec<String> = whole.rejects.iter().map(|r| format!("{}: {}", r.locator, r.reason)).collect();
    assert_eq!(
        reasons,
        [
            "/jobs/a/container: no image: a list stands where a name would",
            "/jobs/b/container: the image name holds control characters",
            "/jobs/c: not a job",
        ]
    );
    assert!(super::lines(&whole).contains(&"  ci container ok:1".to_owned()));
}
