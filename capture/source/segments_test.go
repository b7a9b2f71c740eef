package source

import "testing"

func TestSegmentNames(t *testing.T) {
	for _, c := range []struct {
		path, name string
		number     int
	}{
		{"x/a.pcapng", "x/a.pcapng", 1},
		{"x/a.pcapng", "x/a.0002.pcapng", 2},
		{"x/a.pcapng", "x/a.12345.pcapng", 12345},
		{"a.b/c", "a.b/c.0003", 3},
		{".pcap", ".0002.pcap", 2},
		{"x/a.pcapng", "x/a.2.pcapng", 0},
		{"x/a.pcapng", "x/b.0002.pcapng", 0},
		{"x/a.pcapng", "x/a.-002.pcapng", 0},
	} {
		if got := partOf(c.path, c.name); got != c.number {
			t.Errorf("%s is number %d of %s, want %d", c.name, got, c.path, c.number)
		}
		if base, n := SegmentBase(c.name); c.number > 1 && (base != c.path || n != c.number) {
			t.Errorf("%s is number %d of %s", c.name, n, base)
		}
	}
}
