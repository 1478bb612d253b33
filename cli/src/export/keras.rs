use formwork_ir::Graph;
pub fn source(_: &Graph) -> Result<String, Vec<String>> {
    Err(vec![])
}
