package rtmps

import (
	"crypto/x509"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/proxy"
)

// Fault is what is wrong with the certificate of a server.
type Fault struct {
	Reason proxy.Reason // one of the Cert reasons
	Detail string       // what the reason leaves open
	Err    error        // from package x509; nil for a pin
}

// Error gives the reason and what it leaves open in one line.
func (f *Fault) Error() string {
	words, _ := f.Reason.Words()
	if f.Detail != "" {
		words += " (" + f.Detail + ")"
	}
	return words
}

// Unwrap returns the error of package x509.
func (f *Fault) Unwrap() error { return f.Err }

// Why implements [proxy.Reasoned].
func (f *Fault) Why() (proxy.Reason, string) { return f.Reason, f.Detail }

// judge says what is wrong with a chain, leaf first, or nil. Where pins are given they
// alone count: who pins a key does not ask an authority, nor for a name. Only the key of
// the leaf is compared: the handshake proves that the server has it, while anybody can
// send the certificate of somebody else behind his own.
func (t *Trust) judge(chain []*x509.Certificate, host string) *Fault {
	if len(chain) == 0 {
		return &Fault{Reason: proxy.CertInvalid, Detail: "the server shows none"}
	}
	if len(t.Pins) > 0 {
		if !slices.Contains(t.Pins, PinOf(chain[0])) {
			return &Fault{Reason: proxy.CertPinned, Detail: "its key is sha256 " + PinOf(chain[0]).String()}
		}
		return nil
	}
	now := time.Now()
	if t.Now != nil {
		now = t.Now()
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: t.Roots, Intermediates: between, CurrentTime: now, DNSName: host})
	if err == nil {
		return nil
	}
	return faultOf(err, chain, now)
}

// faultOf gives an error of verification its reason.
func faultOf(err error, chain []*x509.Certificate, now time.Time) *Fault {
	var invalid x509.CertificateInvalidError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	leaf := chain[0]
	f := &Fault{Reason: proxy.CertInvalid, Detail: err.Error(), Err: err}
	switch {
	case errors.As(err, &name):
		f.Reason, f.Detail = proxy.CertName, Names(leaf)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		f.Reason, f.Detail = expiry(invalid.Cert, now)
	case errors.As(err, &authority) && selfSigned(leaf):
		f.Reason, f.Detail = proxy.CertSelfSigned, ""
	case errors.As(err, &authority):
		f.Reason, f.Detail = missing(chain)
	}
	return f
}

// expiry tells a certificate that is over from one whose time has not begun.
func expiry(c *x509.Certificate, now time.Time) (proxy.Reason, string) {
	if c != nil && now.Before(c.NotBefore) {
		return proxy.CertEarly, "not before " + c.NotBefore.UTC().Format(time.DateTime)
	}
	if c == nil {
		return proxy.CertExpired, ""
	}
	return proxy.CertExpired, c.NotAfter.UTC().Format(time.DateTime)
}

// missing tells a chain that ends before its authority from an authority that is
// not trusted. A server that sends its root, or a chain with a missing link, shows
// by that which it is.
func missing(chain []*x509.Certificate) (proxy.Reason, string) {
	last := chain[0]
	for range chain {
		i := issuer(last, chain)
		if i == nil || i == last {
			break
		}
		last = i
	}
	if len(chain) == 1 && len(last.IssuingCertificateURL) > 0 {
		return proxy.CertIncomplete, last.Issuer.String()
	}
	return proxy.CertUnknown, last.Issuer.String()
}

// issuer returns who signed c, as far as it is in the chain.
func issuer(c *x509.Certificate, chain []*x509.Certificate) *x509.Certificate {
	for _, i := range chain {
		if i != c && string(i.RawSubject) == string(c.RawIssuer) && c.CheckSignatureFrom(i) == nil {
			return i
		}
	}
	return nil
}

// Names lists what a certificate is for. One without alternative names is for nobody
// since RFC 6125; its common name is told as what it is.
func Names(c *x509.Certificate) string {
	names := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return "no names, only the common name " + c.Subject.CommonName
	}
	return strings.Join(names, ", ")
}
