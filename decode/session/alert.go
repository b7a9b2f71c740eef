package session

import "strconv"

// alerts are the descriptions of TLS alerts (RFC 8446 §6, RFC 5246 §7.2).
var alerts = map[uint8]string{
	0: "close_notify", 10: "unexpected_message", 20: "bad_record_mac", 21: "decryption_failed", 22: "record_overflow",
	30: "decompression_failure", 40: "handshake_failure", 41: "no_certificate", 42: "bad_certificate", 43: "unsupported_certificate",
	44: "certificate_revoked", 45: "certificate_expired", 46: "certificate_unknown", 47: "illegal_parameter", 48: "unknown_ca",
	49: "access_denied", 50: "decode_error", 51: "decrypt_error", 60: "export_restriction", 70: "protocol_version",
	71: "insufficient_security", 80: "internal_error", 86: "inappropriate_fallback", 90: "user_canceled", 100: "no_renegotiation",
	109: "missing_extension", 110: "unsupported_extension", 112: "unrecognized_name", 113: "bad_certificate_status_response",
	115: "unknown_psk_identity", 116: "certificate_required", 120: "no_application_protocol",
}

// AlertName is the name of a TLS alert; "" of one that is not known.
func AlertName(description uint8) string { return alerts[description] }

// alert is the number of an alert with its name.
func alert(number string) string {
	n, err := strconv.ParseUint(number, 10, 8)
	if err != nil || alerts[uint8(n)] == "" {
		return number
	}
	return number + ", " + alerts[uint8(n)]
}

// OfCertificate reports whether the server was not reached because its certificate was
// not accepted.
func (c Cause) OfCertificate() bool {
	switch c {
	case CertExpired, CertEarly, CertName, CertSelfSigned, CertIncomplete, CertUnknown, CertPin, CertInvalid:
		return true
	}
	return false
}

// OfServerTLS reports whether the server was not reached because of TLS, and not of its
// certificate.
func (c Cause) OfServerTLS() bool {
	return c == TLSAlert || c == TLSNotSpoken || c == TLSEnded || c == TLSFailed
}

// OfClientTLS reports whether a client was given up on because of TLS.
func (c Cause) OfClientTLS() bool {
	return c == FrontTLSAlert || c == FrontTLSNotSpoken || c == FrontTLSEnded || c == FrontTLSFailed
}
