// Package cert says in words what a certificate is: for whom, by whom, until when,
// with which key. It judges nothing; whoever connected did.
//
// Certificates stand in captures as base64 of their DER form.
package cert

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/text"
)

// Parse reads a certificate as a capture has it.
func Parse(s string) (*x509.Certificate, error) {
	der, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	return x509.ParseCertificate(der)
}

// Names lists what a certificate is for, names before addresses. One without
// alternative names is for nobody (RFC 6125 §6.4.4 let its common name count, which
// programs have given up).
func Names(c *x509.Certificate) []string {
	names := make([]string, 0, len(c.DNSNames)+len(c.IPAddresses))
	for _, name := range c.DNSNames {
		names = append(names, text.Safe(name))
	}
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	return names
}

// Key is the kind of a certificate's key: "RSA 2048", "ECDSA P-256", "Ed25519".
func Key(c *x509.Certificate) string {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", key.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + key.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return c.PublicKeyAlgorithm.String()
}

// Who is a subject or issuer in a few words: its common name or, without one, all of it.
func Who(common, all string) string {
	if common == "" {
		return text.Safe(all)
	}
	return text.Safe(common)
}

// Fingerprint is the SHA-256 of the DER form in hex.
func Fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// Line says in one line what a certificate is.
func Line(c *x509.Certificate) string {
	names := Names(c)
	whom := "nobody but the common name " + Who(c.Subject.CommonName, c.Subject.String())
	if len(names) > 0 {
		whom = strings.Join(names[:min(len(names), 3)], ", ")
	}
	if more := len(names) - 3; more > 0 {
		whom += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("certificate for %s, by %s, until %s", whom, Who(c.Issuer.CommonName, c.Issuer.String()), c.NotAfter.UTC().Format("2006-01-02"))
}
