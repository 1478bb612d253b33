impl super::Backend for dfdx::tensor::Cuda {}
