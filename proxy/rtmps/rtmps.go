// Package rtmps is the road of TLS: to a server, as an [Upstream], and from a client,
// as a [Front] with certificates of an [Authority] of our own.
//
// It decides what is offered, shown and trusted, and says what came of it in facts
// and reasons. The bytes inside TLS, and the ends of its directions, are the
// business of package proxy; see [proxy.TLSServer].
//
// A certificate is verified in a callback of our own, because package tls shows
// nobody a chain that it did not like. So a chain is told whether or not it passed,
// and what was wrong with it is a reason that others can decide by.
package rtmps

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/proxy"
)

// FactVerified is the verdict about a server's certificate: "ok", or the
// [proxy.Reason] why it was not accepted. FactUnchecked is "true" when the connection
// was relayed whatever the verdict was.
const (
	FactVerified  proxy.FactKey = "server.tls.verified"
	FactUnchecked proxy.FactKey = "server.tls.unchecked"
)

// Verified is the value of [FactVerified] for a certificate that passed.
const Verified = "ok"

// Pin is the SHA-256 of a public key (of its SubjectPublicKeyInfo, RFC 7469 §2.4).
type Pin [sha256.Size]byte

// ParsePin reads a pin in base64 or in hex, with or without colons.
func ParsePin(s string) (p Pin, err error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "sha256//"))
	if err != nil || len(raw) != len(p) {
		raw, err = hex.DecodeString(strings.ReplaceAll(s, ":", ""))
	}
	if err != nil || len(raw) != len(p) {
		return p, fmt.Errorf("%q is not a SHA-256: 44 characters of base64, or 64 of hex", s)
	}
	return Pin(raw), nil
}

// PinOf is the pin of a certificate.
func PinOf(c *x509.Certificate) Pin { return sha256.Sum256(c.RawSubjectPublicKeyInfo) }

// String is the pin in base64.
func (p Pin) String() string { return base64.StdEncoding.EncodeToString(p[:]) }

// Trust says which servers are accepted, and as whom we come.
type Trust struct {
	Roots        *x509.CertPool    // authorities; nil: those of the system
	Pins         []Pin             // if any, the server must have one of these keys
	Certificates []tls.Certificate // for a server that asks for one
	Insecure     bool              // a certificate that does not pass is told, and accepted
	Compat       bool              // offer what old servers need, and nothing that is too new for them
	Now          func() time.Time  // if nil, time.Now
}

// Upstream is a server that is reached over TLS.
type Upstream struct {
	*proxy.TCPUpstream
	Trust Trust
}

// Connect implements [proxy.Upstream]: TCP, TLS, and the verdict about the
// certificate. An error of TLS is a [*proxy.TLSError].
func (u *Upstream) Connect(ctx context.Context, asked proxy.Request) (proxy.Conn, error) {
	conn, err := u.TCPUpstream.Connect(ctx, asked)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(u.Address)
	if err != nil {
		return nil, err
	}
	v := &verdict{trust: &u.Trust, host: strings.TrimSuffix(host, ".")}
	secured, err := proxy.TLSClient(ctx, conn, v.config(), v.facts)
	if err != nil {
		_ = conn.Close()
	}
	return secured, err
}

// verdict judges the certificate of one connection.
type verdict struct {
	trust *Trust
	host  string
	fault *Fault // nil: none
	known bool   // a certificate was seen
}

// config is what is offered and how it is judged. The name of the upstream is asked
// for, never that of a client; of an address there is none (RFC 6066 §3).
func (v *verdict) config() *tls.Config {
	c := &tls.Config{ServerName: v.host, Certificates: v.trust.Certificates, MinVersion: tls.VersionTLS12,
		InsecureSkipVerify: true, //nolint:gosec // verified below, so that what did not pass is known too
		VerifyConnection:   v.judge}
	if v.trust.Compat {
		c.MinVersion = tls.VersionTLS10
		c.CurvePreferences = []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521}
		for _, suite := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
			c.CipherSuites = append(c.CipherSuites, suite.ID)
		}
	}
	return c
}

func (v *verdict) judge(state tls.ConnectionState) error {
	v.known = true
	v.fault = v.trust.judge(state.PeerCertificates, v.host)
	if v.fault == nil || v.trust.Insecure {
		return nil
	}
	return v.fault
}

// facts say what became of it.
func (v *verdict) facts() (facts proxy.Facts) {
	switch {
	case !v.known:
		return nil
	case v.fault == nil:
		return facts.With(FactVerified, Verified)
	}
	facts = facts.With(FactVerified, string(v.fault.Reason))
	if v.trust.Insecure {
		facts = facts.With(FactUnchecked, "true")
	}
	return facts
}

// selfSigned reports whether a certificate vouches for itself.
func selfSigned(c *x509.Certificate) bool {
	return bytes.Equal(c.RawSubject, c.RawIssuer) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}
