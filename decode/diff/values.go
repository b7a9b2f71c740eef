package diff

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/rtmpscope/rtmpscope/decode/amf"
	"github.com/rtmpscope/rtmpscope/decode/session"
	"github.com/rtmpscope/rtmpscope/decode/text"
)

// These bound what is kept of one message: a connect has a dozen members,
// metadata rarely more than fifty.
const (
	maxDepth  = 5
	maxFacts  = 200
	maxItems  = 32
	maxString = 400 // bytes of one value
)

// reader turns the values of one message into facts.
type reader struct {
	e     *session.Entry
	s     *step
	left  int
	arg   int
	weigh func(key string) Importance
	// stream names message stream IDs that createStream gave.
	stream func(float64) (string, bool)
	app    string // of a connect, to leave it out of the URL
}

// value adds the facts of one value.
func (r *reader) value(path, key string, v *amf.Value, depth int) {
	if r.left == 0 || depth > maxDepth {
		return
	}
	r.left--
	f := fact{name: path, key: r.member(key), kind: v.Kind.String(), weight: r.weigh(key), chance: isChance(key)}
	f.value, f.shape = r.words(key, v)
	r.s.facts = append(r.s.facts, f)
	for i := range v.Members {
		m := &v.Members[i]
		r.value(path+"."+r.member(m.Name), m.Name, &m.Value, depth+1)
	}
	for i := range v.Items[:min(len(v.Items), maxItems)] {
		r.value(path+"["+strconv.Itoa(i)+"]", key, &v.Items[i], depth+1)
	}
}

// member names a member; a name that is a credential is never shown.
func (r *reader) member(wire string) string {
	return text.Clip(r.e.Mark(-1, "", wire).Show(false), maxName)
}

// words returns a scalar for people and for comparison; containers have none,
// their members speak for them.
func (r *reader) words(key string, v *amf.Value) (text.Marked, string) {
	switch v.Kind {
	case amf.String, amf.XML:
		return r.string(key, v.Text)
	case amf.Number, amf.Integer:
		if s, ok := r.stream(v.Number); ok && key == "" && r.e.Message.Command == "deleteStream" {
			return text.Marked(s), s
		}
	case amf.Object, amf.ECMAArray, amf.StrictArray, amf.Array, amf.Vector, amf.Dictionary:
		return "", ""
	}
	s := string(amf.AppendText(nil, v, amf.TextOptions{Width: maxString, StringMax: maxString}))
	return text.Marked(s), s
}

func (r *reader) string(key, s string) (text.Marked, string) {
	m := bounded(s, r.e.Mark(r.arg, key, s))
	shape := pseudonym.ReplaceAllString(m.Show(false), "(name)")
	switch key {
	case "tcUrl":
		if app := "/" + text.Safe(r.app); r.app != "" && strings.HasSuffix(shape, app) {
			shape = strings.TrimSuffix(shape, app) + "/(app)" // the app is a fact of its own
		}
		fallthrough
	case "swfUrl", "pageUrl", "url", "redirect":
		shape = authority.ReplaceAllString(shape, "$1(host)")
	case "description", "details":
		shape = digits.ReplaceAllString(shape, "(number)")
	}
	return `"` + m + `"`, shape
}

var (
	pseudonym = regexp.MustCompile(`••••[0-9a-f]{4}`)
	authority = regexp.MustCompile(`^([a-z]+://)[^/?#]*`)
	digits    = regexp.MustCompile(`[0-9]+`)
)

// bounded replaces a long string by its length and a hash, so that it can still
// be compared. Cutting it could cut a marked span.
func bounded(s string, m text.Marked) text.Marked {
	if len(s) <= maxString {
		return m
	}
	sum := sha256.Sum256([]byte(s))
	return text.Marked(fmt.Sprintf("%d bytes with SHA-256 %x…", len(s), sum[:4]))
}

// maxName is how many characters are kept of a name that a peer chose.
const maxName = 80

// name makes a name from the wire short and safe.
func name(wire string) string { return text.Clip(text.Safe(wire), maxName) }

// isChance reports whether the values under a key name one session, process or
// moment.
func isChance(key string) bool {
	switch key {
	case "clientid", "clientId", "srs_id", "srs_pid", "srs_server_ip", "srs_cid", "creation_time", "creationdate",
		"lasttimestamp", "lastkeyframetimestamp", "filesize", "fileSize", "duration", "pid":
		return true
	}
	return false
}
