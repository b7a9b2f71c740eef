package analyst

import (
	"fmt"
	"time"

	"github.com/rtmpscope/rtmpscope/decode/cert"
	"github.com/rtmpscope/rtmpscope/decode/field"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// secured makes the detail of a row about TLS: its bytes are the certificates that
// the far end showed, in DER form one behind the other, and its fields what was agreed
// on, and the parts of the certificates.
func (d *Detail) secured(facts session.Facts) {
	t, known := facts.TLS(d.Row.From)
	if !known {
		d.Note = "This row has no bytes of its own."
		return
	}
	d.Fields = agreed(&t)
	for _, s := range t.Chain {
		if c, err := cert.Parse(s); err == nil {
			d.Fields = append(d.Fields, cert.Fields(c, len(d.Body)))
			d.Body = append(d.Body, c.Raw...)
		}
	}
	if len(d.Body) == 0 {
		d.Note = "This row has no bytes of its own: no certificate was shown."
	}
}

// agreed are what is known besides certificates. They have no bytes here, because what
// was sent is not in the capture.
func agreed(t *session.TLS) (fields []field.Field) {
	add := func(name, value, source string) {
		if value != "" {
			fields = append(fields, field.Field{Name: name, Value: text.Marked(value), Source: source})
		}
	}
	add("version", t.Version, "RFC 8446 §4.2.1")
	add("versions offered", t.Offered, "RFC 8446 §4.2.1")
	add("cipher suite", t.Cipher, "RFC 8446 §B.4")
	add("key exchange", t.Curve, "RFC 8446 §4.2.7")
	add("server name", t.Name, "RFC 6066 §3")
	if t.Resumed {
		add("resumed", "yes", "RFC 8446 §2.2")
	}
	switch {
	case t.Verified:
		add("certificate", "verified", "")
	case t.Verdict != "":
		add("certificate", string(t.Verdict)+": "+t.Verdict.Words(), "")
	}
	if t.Unchecked {
		add("checked", "no: whatever was wrong was accepted (--insecure)", "")
	}
	for i, f := range t.Flights {
		who := "the " + t.From.String()
		if f.Ours {
			who = "rtmpscope"
		}
		add(fmt.Sprintf("flight %d", i+1), fmt.Sprintf("%s sent %s bytes after %s", who, text.Thousands(uint32(f.Size)), session.Duration(f.At.Round(time.Microsecond))), "RFC 8446 §2")
	}
	return fields
}
