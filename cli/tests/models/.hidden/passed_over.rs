model! { passed over }
