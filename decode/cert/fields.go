package cert

import (
	"bytes"
	"crypto/x509"
	"strings"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

const source = "RFC 5280 §4.1"

// Fields name the parts of a certificate that stands at offset at, in wire order. What
// is not found in its bytes, because they say it in another form, is a part without
// bytes at the end.
func Fields(c *x509.Certificate, at int) field.Field {
	f := field.Field{Name: "certificate", Value: mark(Who(c.Subject.CommonName, c.Subject.String())), Source: source, Start: at, End: at + len(c.Raw)}
	for _, part := range []struct {
		name, value string
		bytes       []byte
	}{
		{"serial number", c.SerialNumber.Text(16), c.SerialNumber.Bytes()},
		{"issuer", c.Issuer.String(), c.RawIssuer},
		{"subject", c.Subject.String(), c.RawSubject},
		{"public key", Key(c), c.RawSubjectPublicKeyInfo},
	} {
		from := 0
		if part.name == "subject" { // a root has the same name in both places
			from = max(bytes.Index(c.Raw, c.RawIssuer)+len(c.RawIssuer), 0)
		}
		start := bytes.Index(c.Raw[from:], part.bytes)
		if len(part.bytes) == 0 || start < 0 {
			continue
		}
		f.Children = append(f.Children, field.Field{Name: part.name, Value: mark(part.value), Start: at + from + start, End: at + from + start + len(part.bytes)})
	}
	for _, part := range [][2]string{
		{"names", strings.Join(Names(c), ", ")}, {"valid from", moment(c.NotBefore)}, {"valid until", moment(c.NotAfter)},
		{"signature", c.SignatureAlgorithm.String()}, {"SHA-256", Fingerprint(c)},
	} {
		f.Children = append(f.Children, field.Field{Name: part[0], Value: mark(part[1]), Start: f.End, End: f.End})
	}
	return f
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

func mark(s string) text.Marked { return text.Marked(text.Safe(s)) }
