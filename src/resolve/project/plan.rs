//! One build as a compose service or a bake target asks for it.

use crate::model::fact::{Spot, Use};
use crate::model::recipe::Dockerfile;
use crate::resolve::build::Request;

/// A build that is asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// The service or target.
    pub name: String,
    /// The names that the result gets, as uses of the file that asks for it (role and spot are the asking file's).
    pub images: Vec<Use>,
    /// The build context's folder as an absolute path; `None` where it is no folder at hand (git, a URL, a variable).
    pub context: Option<String>,
    /// The build context where it is fetched from elsewhere: git, a URL.
    pub remote: Option<String>,
    /// The Dockerfile's absolute path; `None` where it is written inline or cannot be told.
    pub dockerfile: Option<String>,
    /// The Dockerfile written inline, with its place in the asking file.
    pub inline: Option<(Dockerfile, Spot)>,
    /// Arguments, target, contexts, platform.
    pub request: Request,
    /// Names of variables that decide on the context or the Dockerfile and that nothing defines.
    pub needs: Vec<String>,
    /// Where the build is asked for.
    pub spot: Spot,
}
