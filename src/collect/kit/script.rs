//! Writes the script: words for people, the table as shell functions, and the shell around them.

use super::{Role, SETTINGS, Source, sources};

const ENGINE: &str = include_str!("../../../assets/kit/engine.sh");
const MAIN: &str = include_str!("../../../assets/kit/main.sh");
const HEAD: &str = include_str!("../../../assets/kit/head.txt");
const CLUSTER: &str = include_str!("../../../assets/kit/cluster.sh");
const HOST: &str = include_str!("../../../assets/kit/host.sh");
const WEB: &str = include_str!("../../../assets/kit/web.sh");
const FORGE: &str = include_str!("../../../assets/kit/forge.sh");
const CI: &str = include_str!("../../../assets/kit/ci.sh");
const SCM: &str = include_str!("../../../assets/kit/scm.sh");

/// The most columns of a comment.
const COLUMNS: usize = 100;

/// The script of a role, or one of all roles that is told the role as its first argument. The same words every time:
/// nothing in it depends on the machine or the clock.
pub fn script(role: Option<Role>) -> String {
    let roles: Vec<Role> = role.map_or_else(|| Role::ALL.to_vec(), |role| vec![role]);
    let mut text = String::from("#!/bin/sh\n");
    head(role, &roles, &mut text);
    text.push_str("\n# Functions are called by name from the table.\n# shellcheck disable=SC2329,SC2317\n");
    text.push_str(ENGINE);
    text.push_str(&format!("\nkit_version='{}'\n", env!("CARGO_PKG_VERSION")));
    for piece in pieces(&roles) {
        text.push_str(piece);
    }
    for (role, source) in sources(role) {
        function(role, source, &mut text);
    }
    tries(&roles, &mut text);
    choice(role, &mut text);
    text.push_str(MAIN);
    text
}

/// The shell that the roles' sources call.
fn pieces(roles: &[Role]) -> Vec<&'static str> {
    let mut pieces: Vec<&'static str> = Vec::new();
    for role in roles {
        let own: &[&'static str] = match role {
            Role::Cluster => &[CLUSTER],
            Role::Host => &[HOST],
            Role::Registry => &[WEB],
            Role::Ci => &[FORGE, CI],
            Role::Scm => &[FORGE, SCM],
        };
        for piece in own {
            if !pieces.contains(piece) {
                pieces.push(piece);
            }
        }
    }
    pieces
}

fn head(role: Option<Role>, roles: &[Role], text: &mut String) {
    let (name, run) = match role {
        Some(role) => (format!("kit-{}.sh", role.as_str()), format!("sh kit-{}.sh", role.as_str())),
        None => ("kit.sh".to_owned(), "sh kit.sh ROLE".to_owned()),
    };
    for line in HEAD.replace("{name}", &name).replace("{run}", &run).lines() {
        comment(line, text);
    }
    for role in roles {
        comment("", text);
        comment(&format!("Role {}: {}. It asks for:", role.as_str(), role.about()), text);
        for source in role.sources() {
            comment(&format!("  {}: {}", source.id, source.about), text);
        }
        comment("It looks at these variables, where they are set:", text);
        for setting in SETTINGS.iter().filter(|setting| setting.roles.contains(role)) {
            comment(&format!("  {}: {}", setting.name, setting.about), text);
        }
    }
}

/// One paragraph of comment, broken between words, as far in as it begins.
fn comment(line: &str, text: &mut String) {
    let indent = line.len() - line.trim_start().len();
    let mut at = String::from("#");
    for word in line.split(' ') {
        if at.trim_start_matches(['#', ' ']).is_empty() || at.len() + 1 + word.len() <= COLUMNS {
            at.push(' ');
        } else {
            text.push_str(at.trim_end());
            at = format!("\n#{}", " ".repeat(indent + 3));
        }
        at.push_str(word);
    }
    text.push_str(at.trim_end());
    text.push('\n');
}

fn function(role: Role, source: &Source, text: &mut String) {
    text.push('\n');
    comment(&format!("{}.", source.about), text);
    comment(&format!("Rights: {}. At most {} s a call.", source.rights, source.seconds), text);
    text.push_str(&format!("{}() {{\n  {}\n}}\n", source.function(role), source.command));
}

/// What is tried for each role, in the table's order.
fn tries(roles: &[Role], text: &mut String) {
    text.push_str("\n# The table: name, seconds, file, tools, settings, function.\ntries() {\n  case $role in\n");
    for role in roles {
        text.push_str(&format!("    {})\n", role.as_str()));
        for source in role.sources() {
            let (tools, settings) = (source.tools.join(" "), source.settings.join(" "));
            text.push_str(&format!(
                "      attempt {} {} {} '{tools}' '{settings}' {}\n",
                source.id,
                source.seconds,
                source.output,
                source.function(*role)
            ));
        }
        text.push_str("      ;;\n");
    }
    text.push_str("    *) ;;\n  esac\n}\n");
}

/// Which role: the script's own, or the one that is named.
fn choice(role: Option<Role>, text: &mut String) {
    if let Some(role) = role {
        text.push_str(&format!("\nrole={}\n", role.as_str()));
        return;
    }
    text.push_str("\nrole=${1:-}\ncase $role in\n");
    let words: Vec<&str> = Role::ALL.iter().map(|role| role.as_str()).collect();
    text.push_str(&format!("  {}) ;;\n  *)\n    say 'Name a role: sh kit.sh ROLE'\n", words.join(" | ")));
    for role in Role::ALL {
        text.push_str(&format!("    say \"  {:<9} {}\"\n", role.as_str(), role.about()));
    }
    text.push_str("    exit 2\n    ;;\nesac\n");
}
