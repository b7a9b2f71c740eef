package proxy

import (
	"slices"
	"testing"
)

// TestFacts: keys stand once, in the order in which they were learned, and what was
// handed on does not change.
func TestFacts(t *testing.T) {
	var none Facts
	a := none.With(FactTarget, "one:1935")
	b := a.With(clientTLS.name, "live.example.com").With(clientTLS.alpn, "")
	c := b.With(FactTarget, "two:1935")
	for _, tt := range []struct {
		name string
		got  Facts
		want Facts
	}{
		{"nothing", none, nil},
		{"one", a, Facts{{FactTarget, "one:1935"}}},
		{"an empty value adds nothing", b, Facts{{FactTarget, "one:1935"}, {clientTLS.name, "live.example.com"}}},
		{"replaced in its place", c, Facts{{FactTarget, "two:1935"}, {clientTLS.name, "live.example.com"}}},
	} {
		if !slices.Equal(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if v, ok := c.Get(clientTLS.name); !ok || v != "live.example.com" {
		t.Errorf("Get gives %q, %v", v, ok)
	}
	if v, ok := c.Get(serverTLS.name); ok || v != "" {
		t.Errorf("an unknown fact is %q, %v", v, ok)
	}
}

// TestFactsDoNotShare: two that grow from the same facts do not write into each other.
func TestFactsDoNotShare(t *testing.T) {
	base := make(Facts, 0, 4).With(FactTarget, "x")
	one, two := base.With(clientTLS.name, "one"), base.With(clientTLS.name, "two")
	if v, _ := one.Get(clientTLS.name); v != "one" || two[1].Value != "two" || len(base) != 1 {
		t.Errorf("%v, %v and %v share memory", base, one, two)
	}
}

// TestFactsCost: what facts hold in memory counts against the budget of a queue.
func TestFactsCost(t *testing.T) {
	q := NewQueue(0, false)
	q.Opened(1, ConnInfo{})
	bare := q.Stats().Held
	q.Opened(2, ConnInfo{Facts: Facts{{"key", "value"}, {"k", "v"}}})
	if got, want := q.Stats().Held-2*bare, int64(2*factCost+10); got != want {
		t.Errorf("two facts cost %d, want %d", got, want)
	}
}
