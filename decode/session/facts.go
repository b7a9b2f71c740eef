package session

import "github.com/rtmpscope/rtmpscope/decode/text"

// Fact is one thing that is known of a connection outside its bytes: what TLS
// agreed on, who is behind a load balancer.
type Fact struct{ Key, Value string }

// Facts are what is known of a connection outside its bytes, in the order in which
// it was learned. Keys are lower-case words with dots; one that is not known here
// is shown as it is.
type Facts []Fact

// Get returns the value of a key, and whether it is known.
func (f Facts) Get(key string) (value string, known bool) {
	for i := range f {
		if f[i].Key == key {
			return f[i].Value, true
		}
	}
	return "", false
}

// safe returns facts that can be shown: values come from the wire.
func (f Facts) safe() Facts {
	safe := make(Facts, len(f))
	for i, x := range f {
		safe[i] = Fact{text.Safe(x.Key), text.Safe(x.Value)}
	}
	return safe
}

// factUpstream is the fact that names the upstream as it was configured, host:port.
const factUpstream = "upstream"

// Upstream is the server that a client is to be connected to, as it was named.
func (f Facts) Upstream() string {
	if asked, known := f.Get(factUpstream); known {
		return asked
	}
	return "its server"
}
