//! Which authorities may sign a server's certificate.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

/// The certificates in PEM, as DER. The error says why there are none.
pub(in crate::collect) fn certificates(pem: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let found: Result<Vec<Vec<u8>>, _> =
        CertificateDer::pem_slice_iter(pem).map(|one| one.map(|der| der.to_vec())).collect();
    let found = found.map_err(|e| format!("{e:?}"))?;
    if found.is_empty() { Err("it holds no certificate".to_owned()) } else { Ok(found) }
}

/// The authorities of the machine, and others beside them: a token may come from another server than what it is good for.
pub(in crate::collect) fn machine_and(mut others: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let machine = rustls_native_certs::load_native_certs();
    others.extend(machine.certs.into_iter().map(|der| der.to_vec()));
    others
}
