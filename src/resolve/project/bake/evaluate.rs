//! HCL expressions as far as bake files need them: literals, variables, templates, conditionals, comparisons, and the
//! functions in `functions`. Everything else is not known, and needs itself.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::Span;
use hcl_edit::expr::{BinaryOp, BinaryOperator, Expression, Object, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::expr::{UnaryOp, UnaryOperator};
use hcl_edit::template::{Element, Template};

use super::functions;
use super::value::Value;
use crate::model::recipe::{Bake, BakeValue};
use crate::model::text::scrub;

/// Deepest variables in defaults of variables.
const DEPTH: usize = 16;
/// Bytes of expressions and values looked at for one file: no file that a person writes comes near.
const BUDGET: usize = 32 << 20;
/// Largest value, in bytes.
pub(super) const LARGEST: usize = 64 << 10;
/// Longest name of something needed.
const LONGEST_NEED: usize = 100;
/// What redaction leaves: it can never stand for a part of a name.
const REDACTED: &str = "[redacted]";

/// What names mean.
#[derive(Clone)]
pub(super) struct Scope<'b> {
    shared: Rc<Shared<'b>>,
    /// A matrix's values.
    own: BTreeMap<String, Value>,
}

/// What all scopes of one file share.
struct Shared<'b> {
    defaults: BTreeMap<&'b str, Option<&'b BakeValue>>,
    stated: &'b BTreeMap<String, String>,
    left: Cell<usize>,
    depth: Cell<usize>,
    known: RefCell<BTreeMap<String, Value>>,
}

impl<'b> Scope<'b> {
    /// The scope of files that are read as one: their variables, of several of one name the last, and what a responder
    /// stated.
    pub fn new(files: &[&'b Bake], stated: &'b BTreeMap<String, String>) -> Self {
        let variables = files.iter().flat_map(|bake| &bake.variables);
        let defaults = variables.map(|v| (v.name.as_str(), v.default.as_ref())).collect();
        let (left, depth) = (Cell::new(BUDGET), Cell::new(0));
        let shared = Shared { defaults, stated, left, depth, known: RefCell::default() };
        Scope { shared: Rc::new(shared), own: BTreeMap::new() }
    }

    /// The scope with one more value of a matrix.
    pub fn with(&self, name: &str, value: Value) -> Self {
        let mut scope = self.clone();
        scope.own.insert(name.to_owned(), value);
        scope
    }

    /// Spends a part of what one file may cost; false where nothing is left.
    fn spend(&self, bytes: usize) -> bool {
        let left = self.shared.left.get();
        self.shared.left.set(left.saturating_sub(bytes.max(1)));
        left > bytes
    }

    fn variable(&self, name: &str) -> Value {
        if let Some(value) = self.own.get(name) {
            return self.lend(value.clone(), name);
        }
        if let Some(value) = self.shared.known.borrow().get(name) {
            return self.lend(value.clone(), name);
        }
        let depth = self.shared.depth.get();
        if depth >= DEPTH {
            return Value::needs(name);
        }
        // A default that names itself needs itself.
        self.shared.known.borrow_mut().insert(name.to_owned(), Value::needs(name));
        self.shared.depth.set(depth + 1);
        let default = self.shared.defaults.get(name).copied().flatten();
        let default =
            default.map(|value| evaluate(value, &Scope { shared: self.shared.clone(), own: BTreeMap::new() }));
        self.shared.depth.set(depth);
        let value = match (self.shared.stated.get(name), default) {
            (Some(text), default) => typed(text, default.as_ref()),
            (None, Some(value)) if !holds_redacted(&value) => value,
            _ => Value::needs(name),
        };
        self.shared.known.borrow_mut().insert(name.to_owned(), value.clone());
        self.lend(value, name)
    }

    fn lend(&self, value: Value, name: &str) -> Value {
        if self.spend(value.size()) { value } else { Value::needs(name) }
    }
}

/// A stated text, of the type of the default.
fn typed(text: &str, default: Option<&Value>) -> Value {
    match default {
        Some(Value::Bool(_)) => text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Bool),
        Some(Value::Number(_)) => Value::Number(text.to_owned()),
        Some(Value::List(_)) => Value::List(text.split(',').map(|t| Value::Text(t.trim().to_owned())).collect()),
        _ => Value::Text(text.to_owned()),
    }
}

fn holds_redacted(value: &Value) -> bool {
    match value {
        Value::Text(text) => text.contains(REDACTED),
        Value::List(list) => list.iter().any(holds_redacted),
        Value::Map(map) => map.values().any(holds_redacted),
        _ => false,
    }
}

/// The value of something written. The nesting of lists and maps is bounded by the reader.
pub(super) fn evaluate(value: &BakeValue, scope: &Scope<'_>) -> Value {
    match value {
        BakeValue::Expression(word) | BakeValue::Template(word) if !scope.spend(word.text.len()) => {
            Value::needs(need(&word.text))
        }
        BakeValue::Expression(word) => match hcl_edit::parser::parse_expr(&word.text) {
            Ok(expression) => Work { text: &word.text, scope }.expression(&expression),
            Err(_) => Value::needs(need(&word.text)),
        },
        BakeValue::Template(word) if !word.text.contains(['$', '%']) => Value::Text(word.text.clone()),
        BakeValue::Template(word) => match hcl_edit::parser::parse_template(&word.text) {
            Ok(template) => Work { text: &word.text, scope }.template(&template),
            Err(_) => Value::needs(need(&word.text)),
        },
        BakeValue::List(list) => collected(list.iter().map(|value| evaluate(value, scope))),
        BakeValue::Map(map) => Value::Map(map.iter().map(|(key, v)| (key.clone(), evaluate(v, scope))).collect()),
    }
}

/// A list, as far as it is not too large.
fn collected(values: impl Iterator<Item = Value>) -> Value {
    let (mut list, mut size) = (Vec::new(), 0);
    for value in values {
        size += value.size();
        if size > LARGEST {
            return Value::needs("a list that is too large");
        }
        list.push(value);
    }
    Value::List(list)
}

/// The evaluation of one text. Its recursion is bounded by the parser's limit of nesting.
struct Work<'s, 'b> {
    text: &'s str,
    scope: &'s Scope<'b>,
}

impl Work<'_, '_> {
    fn expression(&self, expression: &Expression) -> Value {
        if !self.scope.spend(1) {
            return self.unknown(expression);
        }
        match expression {
            Expression::Null(_) => Value::Null,
            Expression::Bool(value) => Value::Bool(**value),
            Expression::Number(value) => Value::Number(value.to_string()),
            Expression::String(text) => Value::Text(text.to_string()),
            Expression::Array(list) => collected(list.iter().map(|e| self.expression(e))),
            Expression::Object(map) => self.object(map),
            Expression::StringTemplate(template) => self.elements(&template.iter().collect::<Vec<_>>()),
            Expression::HeredocTemplate(heredoc) => self.template(&heredoc.template),
            Expression::Parenthesis(inner) => self.expression(inner.inner()),
            Expression::Variable(name) => self.scope.variable(name.as_str()),
            Expression::Conditional(inner) => {
                let condition = self.expression(&inner.cond_expr);
                match condition.truth() {
                    Some(true) => self.expression(&inner.true_expr),
                    Some(false) => self.expression(&inner.false_expr),
                    None if condition.missing().is_empty() => self.unknown(expression),
                    None => Value::Unknown(condition.missing()),
                }
            }
            Expression::FuncCall(call) if !call.name.is_namespaced() => {
                let arguments: Vec<Value> = call.args.iter().map(|e| self.expression(e)).collect();
                let value = functions::call(call.name.name.as_str(), &arguments);
                value.filter(|value| value.size() <= LARGEST).unwrap_or_else(|| self.unknown(expression))
            }
            Expression::Traversal(inner) => self.traversal(inner, expression),
            Expression::UnaryOp(inner) => self.unary(inner, expression),
            Expression::BinaryOp(inner) => self.binary(inner, expression),
            Expression::FuncCall(_) | Expression::ForExpr(_) => self.unknown(expression),
        }
    }

    /// Not known: it needs itself, as written.
    fn unknown(&self, expression: &Expression) -> Value {
        let written = expression.span().and_then(|span| self.text.get(span)).unwrap_or(self.text);
        Value::needs(need(written))
    }

    fn object(&self, map: &Object) -> Value {
        let (mut found, mut size) = (BTreeMap::new(), 0);
        for (key, value) in map.iter() {
            let name = match key {
                ObjectKey::Ident(name) => Ok(name.as_str().to_owned()),
                ObjectKey::Expression(expression) => self.expression(expression).text(),
            };
            let value = self.expression(value.expr());
            size += value.size();
            match name {
                Ok(_) if size > LARGEST => return Value::needs("a map that is too large"),
                Ok(name) => found.insert(name, value),
                Err(needs) => return Value::Unknown(needs),
            };
        }
        Value::Map(found)
    }

    fn template(&self, template: &Template) -> Value {
        self.elements(&template.iter().collect::<Vec<_>>())
    }

    fn elements(&self, elements: &[&Element]) -> Value {
        // A template of one expression is that expression's value.
        if let [Element::Interpolation(inner)] = elements {
            return self.expression(&inner.expr);
        }
        let mut text = String::new();
        let mut needs = std::collections::BTreeSet::new();
        for element in elements {
            match element {
                Element::Literal(part) => text.push_str(part),
                Element::Interpolation(inner) => match self.expression(&inner.expr).text() {
                    Ok(part) => text.push_str(&part),
                    Err(missing) => needs.extend(missing),
                },
                Element::Directive(_) => {
                    needs.insert(need(self.text));
                }
            }
            if text.len() > LARGEST {
                return Value::needs("a text that is too large");
            }
        }
        if needs.is_empty() { Value::Text(text) } else { Value::Unknown(needs) }
    }

    fn traversal(&self, inner: &Traversal, whole: &Expression) -> Value {
        let mut value = self.expression(&inner.expr);
        for operator in &inner.operators {
            let index = match &**operator {
                TraversalOperator::GetAttr(name) => Value::Text(name.as_str().to_owned()),
                TraversalOperator::LegacyIndex(index) => Value::Number(index.to_string()),
                TraversalOperator::Index(expression) => self.expression(expression),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => return self.unknown(whole),
            };
            let Ok(index) = index.text() else { return self.unknown(whole) };
            value = match value {
                Value::Map(mut map) => map.remove(&index).unwrap_or(Value::Absent(index)),
                Value::List(list) => {
                    let found = index.parse::<usize>().ok().and_then(|at| list.into_iter().nth(at));
                    found.unwrap_or(Value::Absent(index))
                }
                Value::Unknown(needs) => return Value::Unknown(needs),
                _ => return self.unknown(whole),
            };
        }
        value
    }

    fn unary(&self, inner: &UnaryOp, whole: &Expression) -> Value {
        let value = self.expression(&inner.expr);
        match (*inner.operator.value(), value.truth(), &value) {
            (UnaryOperator::Not, Some(truth), _) => Value::Bool(!truth),
            (UnaryOperator::Neg, _, Value::Number(text)) => Value::Number(format!("-{text}")),
            (_, _, Value::Unknown(_)) => value,
            _ => self.unknown(whole),
        }
    }

    fn binary(&self, inner: &BinaryOp, whole: &Expression) -> Value {
        let (a, b) = (self.expression(&inner.lhs_expr), self.expression(&inner.rhs_expr));
        let known = match *inner.operator.value() {
            BinaryOperator::Eq => functions::equal(&a, &b),
            BinaryOperator::NotEq => functions::equal(&a, &b).map(|same| !same),
            BinaryOperator::And => functions::and(&a, &b),
            BinaryOperator::Or => functions::or(&a, &b),
            BinaryOperator::Less => functions::order(&a, &b).map(std::cmp::Ordering::is_lt),
            BinaryOperator::LessEq => functions::order(&a, &b).map(std::cmp::Ordering::is_le),
            BinaryOperator::Greater => functions::order(&a, &b).map(std::cmp::Ordering::is_gt),
            BinaryOperator::GreaterEq => functions::order(&a, &b).map(std::cmp::Ordering::is_ge),
            _ => None,
        };
        let missing = || a.missing().into_iter().chain(b.missing()).collect::<std::collections::BTreeSet<_>>();
        match known {
            Some(truth) => Value::Bool(truth),
            None if missing().is_empty() => self.unknown(whole),
            None => Value::Unknown(missing()),
        }
    }
}

/// The name of something needed, fit to be shown.
fn need(text: &str) -> String {
    scrub(text.trim()).chars().take(LONGEST_NEED).collect()
}
