package cert

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

// sample is a certificate that openssl made: openssl req -x509 -newkey ec -pkeyopt
// ec_paramgen_curve:prime256v1 -subj "/O=Example/CN=live.example.com" -addext
// subjectAltName=DNS:live.example.com,DNS:*.cdn.example.com,IP:192.0.2.7 -days 30
const sample = `MIIB5jCCAY2gAwIBAgIUJczBGI7l8xI11tj67alz2XqwNOwwCgYIKoZIzj0EAwIwLTEQMA4GA1UECgwHRXhhbXBsZTEZMBcGA1UEAwwQbGl2ZS5leGFtcGxlLmNvbTAeFw0yNjExMjgwMDU4MTZaFw0yNjEyMjgwMDU4MTZaMC0xEDAOBgNVBAoMB0V4YW1wbGUxGTAXBgNVBAMMEGxpdmUuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQBFnhdDUkcL6kTwogMl2a4J1XPKfa4RAvWy4Zk3wVb6juf9bPMazkRJ0x21LZ5OFh9UYHak0Fl71Ueq9ZtR4NKo4GKMIGHMB0GA1UdDgQWBBRaivreHzwjw5L2VjeAu/fmzPgphjAfBgNVHSMEGDAWgBRaivreHzwjw5L2VjeAu/fmzPgphjAPBgNVHRMBAf8EBTADAQH/MDQGA1UdEQQtMCuCEGxpdmUuZXhhbXBsZS5jb22CESouY2RuLmV4YW1wbGUuY29thwTAAAIHMAoGCCqGSM49BAMCA0cAMEQCIHhOr6JUWGDlsh/zcn+05TZ/TVBrgHgXOHx0h4a3SnUCAiA3OoSF7iJKeQGK4B5iZxDVww617td4rgWte5Rzfz8bWg==`

// What openssl x509 says of it.
const (
	serial      = "25ccc1188ee5f31235d6d8faeda973d97ab034ec"
	until       = "2026-12-28"
	fingerprint = "8DC9167FCB882144BC9D2372764000F3AB54E43C3A85DCB040DFCDE16E33C3BA"
)

func TestCertificate(t *testing.T) {
	c, err := Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	if got := Line(c); got != "certificate for live.example.com, *.cdn.example.com, 192.0.2.7, by live.example.com, until "+until {
		t.Errorf("it is called %q", got)
	}
	if Key(c) != "ECDSA P-256" || Fingerprint(c) != fingerprint {
		t.Errorf("key %s, fingerprint %s", Key(c), Fingerprint(c))
	}
}

// TestFields: each part that has bytes stands where its bytes are, and behind the
// certificate before it.
func TestFields(t *testing.T) {
	c, err := Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	const at = 1000
	f := Fields(c, at)
	if f.Start != at || f.End != at+len(c.Raw) {
		t.Errorf("it stands at %d to %d", f.Start, f.End)
	}
	got := map[string]field.Field{}
	for _, part := range f.Children {
		got[part.Name] = part
	}
	for name, want := range map[string][]byte{"serial number": c.SerialNumber.Bytes(), "issuer": c.RawIssuer, "subject": c.RawSubject, "public key": c.RawSubjectPublicKeyInfo} {
		p := got[name]
		if p.End <= p.Start || !bytes.Equal(c.Raw[p.Start-at:p.End-at], want) {
			t.Errorf("%s stands at %d to %d", name, p.Start, p.End)
		}
	}
	if got["issuer"].End > got["subject"].Start { // they are the same here, and two places
		t.Error("issuer and subject are one place")
	}
	if string(got["serial number"].Value) != serial || string(got["SHA-256"].Value) != fingerprint || !strings.HasPrefix(string(got["valid until"].Value), until) {
		t.Errorf("%v", got)
	}
}

// TestNotACertificate: what a capture says may be anything.
func TestNotACertificate(t *testing.T) {
	for _, s := range []string{"", "!", base64.StdEncoding.EncodeToString([]byte("nothing")), sample[:40]} {
		if c, err := Parse(s); err == nil {
			t.Errorf("%q is taken for %v", s, c.Subject)
		}
	}
}

// FuzzCertificate: whatever can be parsed can be told, and stays inside its bytes.
func FuzzCertificate(f *testing.F) {
	f.Add(sample)
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			return
		}
		Line(c)
		for _, part := range Fields(c, 0).Children {
			if part.Start < 0 || part.Start > part.End || part.End > len(c.Raw) {
				t.Errorf("%s stands at %d to %d of %d", part.Name, part.Start, part.End, len(c.Raw))
			}
		}
	})
}
