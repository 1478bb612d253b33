impl super::Backend for dfdx::tensor::Cpu {}
