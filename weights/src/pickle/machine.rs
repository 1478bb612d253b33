//! Runs a pickle's opcodes on a stack.

use std::collections::HashMap;
use std::io::BufRead;

use super::heap::{Call, Heap, Id, Value};
use super::op;
use crate::file::Problem;

/// Reads one pickle from a stream: its values, and which of them it stands for.
pub(crate) fn load(source: &mut dyn BufRead) -> Result<(Heap, Id), Problem> {
    let mut machine = Machine {
        source,
        heap: Heap::new(),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
    };
    loop {
        let [code] = machine.bytes()?;
        if code == op::STOP {
            let value = machine.pop()?;
            return Ok((machine.heap, value));
        }
        machine.step(code)?;
    }
}

pub(super) struct Machine<'a> {
    pub(super) source: &'a mut dyn BufRead,
    heap: Heap,
    pub(super) stack: Vec<Id>,
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
}

impl Machine<'_> {
    fn step(&mut self, code: u8) -> Result<(), Problem> {
        match code {
            op::PROTO => self.bytes::<1>().map(|_| ()),
            op::FRAME => self.bytes::<8>().map(|_| ()),
            op::MARK => {
                self.marks.push(self.stack.len());
                Ok(())
            }
            op::POP if self.marks.last() == Some(&self.stack.len()) => {
                self.marks.pop();
                Ok(())
            }
            op::POP => self.pop().map(|_| ()),
            op::POP_MARK => self.take_to_mark().map(|_| ()),
            op::DUP => {
                let top = self.top()?;
                self.stack.push(top);
                Ok(())
            }
            op::PUT | op::BINPUT | op::LONG_BINPUT | op::MEMOIZE => self.put(code),
            op::GET | op::BINGET | op::LONG_BINGET => self.get(code),
            op::EMPTY_TUPLE | op::TUPLE | op::TUPLE1 | op::TUPLE2 | op::TUPLE3 => self.tuple(code),
            op::EMPTY_LIST | op::EMPTY_SET => self.push(Value::List(Vec::new())),
            op::LIST | op::FROZENSET => {
                let items = self.take_to_mark()?;
                self.push(Value::List(items))
            }
            op::EMPTY_DICT => self.push(Value::Dict(Vec::new())),
            op::DICT => {
                let pairs = pairs(&self.take_to_mark()?);
                self.push(Value::Dict(pairs))
            }
            op::APPEND => {
                let item = self.pop()?;
                self.append(vec![item])
            }
            op::APPENDS | op::ADDITEMS => {
                let items = self.take_to_mark()?;
                self.append(items)
            }
            op::SETITEM => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set(vec![(key, value)])
            }
            op::SETITEMS => {
                let pairs = pairs(&self.take_to_mark()?);
                self.set(pairs)
            }
            op::GLOBAL | op::STACK_GLOBAL => self.global(code),
            op::REDUCE | op::NEWOBJ => {
                let (arguments, function) = (self.pop()?, self.pop()?);
                self.call(function, arguments)
            }
            op::NEWOBJ_EX => {
                let (_, arguments, function) = (self.pop()?, self.pop()?, self.pop()?);
                self.call(function, arguments)
            }
            op::INST | op::OBJ => self.instance(code),
            op::BUILD => {
                let (state, object) = (self.pop()?, self.top()?);
                if let Value::Call(call) = &mut self.heap[object] {
                    call.state = Some(state);
                }
                Ok(())
            }
            op::PERSID => {
                let text = self.line()?;
                self.push(Value::Text(text))?;
                self.persistent()
            }
            op::BINPERSID => self.persistent(),
            code => self.atom(code),
        }
    }

    pub(super) fn push(&mut self, value: Value) -> Result<(), Problem> {
        let id = self.heap.add(value).ok_or("more values than can be counted")?;
        self.stack.push(id);
        Ok(())
    }

    /// Where what lies above the last mark starts.
    fn floor(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    fn top(&self) -> Result<Id, Problem> {
        let above = self.stack.get(self.floor()..).and_then(<[Id]>::last);
        above.copied().ok_or_else(|| "a pickle takes a value where there is none".into())
    }

    fn pop(&mut self) -> Result<Id, Problem> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    /// What lies above the last mark, which is taken away.
    fn take_to_mark(&mut self) -> Result<Vec<Id>, Problem> {
        let mark = self.marks.pop().ok_or("a pickle goes back to a mark that it did not set")?;
        Ok(self.stack.split_off(mark.min(self.stack.len())))
    }

    fn tuple(&mut self, code: u8) -> Result<(), Problem> {
        let elements = match code {
            op::TUPLE => self.take_to_mark()?,
            op::EMPTY_TUPLE => Vec::new(),
            code => {
                let mut elements = Vec::with_capacity(3);
                for _ in op::TUPLE1..=code {
                    elements.push(self.pop()?);
                }
                elements.reverse();
                elements
            }
        };
        self.push(Value::Tuple(elements))
    }

    fn append(&mut self, added: Vec<Id>) -> Result<(), Problem> {
        let list = self.top()?;
        match &mut self.heap[list] {
            Value::List(items) => items.extend(added),
            Value::Call(call) => call.items.extend(added),
            _ => return Err("a pickle appends to what is no list".into()),
        }
        Ok(())
    }

    fn set(&mut self, added: Vec<(Id, Id)>) -> Result<(), Problem> {
        let dict = self.top()?;
        match &mut self.heap[dict] {
            Value::Dict(pairs) => pairs.extend(added),
            Value::Call(call) => call.pairs.extend(added),
            _ => return Err("a pickle sets an item of what is no dict".into()),
        }
        Ok(())
    }

    fn global(&mut self, code: u8) -> Result<(), Problem> {
        if code == op::GLOBAL {
            for _ in 0..2 {
                let text = self.line()?;
                self.push(Value::Text(text))?;
            }
        }
        let (name, module) = (self.pop()?, self.pop()?);
        if [module, name].iter().any(|&id| self.heap.text(id).is_none()) {
            return Err("the name of a pickle's global is no text".into());
        }
        self.push(Value::Global(module, name))
    }

    fn call(&mut self, function: Id, arguments: Id) -> Result<(), Problem> {
        let (items, pairs) = (Vec::new(), Vec::new());
        self.push(Value::Call(Box::new(Call { function, arguments, state: None, items, pairs })))
    }

    fn instance(&mut self, code: u8) -> Result<(), Problem> {
        if code == op::INST {
            self.global(op::GLOBAL)?;
            let class = self.pop()?;
            let arguments = self.take_to_mark()?;
            self.push(Value::Tuple(arguments))?;
            let arguments = self.pop()?;
            return self.call(class, arguments);
        }
        let mut arguments = self.take_to_mark()?;
        if arguments.is_empty() {
            return Err("a pickle makes an object of no class".into());
        }
        let class = arguments.remove(0);
        self.push(Value::Tuple(arguments))?;
        let arguments = self.pop()?;
        self.call(class, arguments)
    }

    fn persistent(&mut self) -> Result<(), Problem> {
        let id = self.pop()?;
        self.push(Value::Persistent(id))
    }

    fn put(&mut self, code: u8) -> Result<(), Problem> {
        let index = match code {
            op::PUT => self.index()?,
            op::BINPUT => u32::from(self.bytes::<1>()?[0]),
            op::LONG_BINPUT => u32::from_le_bytes(self.bytes()?),
            _ => u32::try_from(self.memo.len()).map_err(|_| "more values than can be counted")?,
        };
        let top = self.top()?;
        self.memo.insert(index, top);
        Ok(())
    }

    fn get(&mut self, code: u8) -> Result<(), Problem> {
        let index = match code {
            op::GET => self.index()?,
            op::BINGET => u32::from(self.bytes::<1>()?[0]),
            _ => u32::from_le_bytes(self.bytes()?),
        };
        let id = self.memo.get(&index).ok_or("a pickle refers to a value that it did not keep")?;
        self.stack.push(*id);
        Ok(())
    }

    fn index(&mut self) -> Result<u32, Problem> {
        let line = self.line()?;
        line.parse().map_err(|_| format!("`{line}` is no number of a pickle's value").into())
    }
}

fn pairs(items: &[Id]) -> Vec<(Id, Id)> {
    items.as_chunks().0.iter().map(|&[key, value]| (key, value)).collect()
}
