package proxy

import "slices"

// FactKey names one thing that can be known of a connection outside RTMP. Keys are
// lower-case words with dots between them, and never change: they stand in captures.
// What concerns one of the two legs begins with its far end, "client." or "server.".
type FactKey string

// The facts that are known here, beside those of TLS, see [TLSServer]. Whoever learns something else about a connection
// adds a key; who reads facts shows a key that it does not know as it is.
const (
	FactListener FactKey = "listener" // name of the Listener that took the connection
	FactUpstream FactKey = "upstream" // the upstream as configured, host:port
	FactTarget   FactKey = "target"   // host:port that the client asked for
	FactPeer     FactKey = "peer"     // address that connected, on behalf of the client
)

// Fact is one thing that is known of a connection. The value may come from the
// wire, and is as hostile as that.
type Fact struct {
	Key   FactKey
	Value string
}

// Facts are what is known of a connection outside RTMP, in the order in which it
// was learned, each key at most once. They travel with [ConnInfo] as one thing: who carries a
// connection further copies the slice, and need not know the keys. Facts that were
// handed on are not changed any more.
type Facts []Fact

// Get returns the value of a key, and whether it is known.
func (f Facts) Get(key FactKey) (value string, known bool) {
	i := slices.IndexFunc(f, func(have Fact) bool { return have.Key == key })
	if i < 0 {
		return "", false
	}
	return f[i].Value, true
}

// With returns the facts and one more, which takes the place of one with that key.
// An empty value adds nothing. f itself stays as it is.
func (f Facts) With(key FactKey, value string) Facts {
	if value == "" {
		return f
	}
	more := slices.Clone(f)
	i := slices.IndexFunc(more, func(have Fact) bool { return have.Key == key })
	if i >= 0 {
		more[i].Value = value
		return more
	}
	return append(more, Fact{key, value})
}

// Join returns the facts and more, the same as [Facts.With] each of them.
func (f Facts) Join(more Facts) Facts {
	for _, fact := range more {
		f = f.With(fact.Key, fact.Value)
	}
	return f
}

// cost is the memory that the facts hold.
func (f Facts) cost() (n int) {
	for _, have := range f {
		n += factCost + len(have.Key) + len(have.Value)
	}
	return n
}
