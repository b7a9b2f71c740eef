package cli

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// gate is a writer that takes nothing until it is opened.
type gate struct {
	open chan struct{}
	bytes.Buffer
}

func (g *gate) Write(p []byte) (int, error) {
	<-g.open
	return g.Buffer.Write(p)
}

// TestLoggingNeverWaits: a standard error that takes nothing costs lines, which
// are counted, and never time; what was kept comes in order.
func TestLoggingNeverWaits(t *testing.T) {
	g := &gate{open: make(chan struct{})}
	l := newLossy(g)
	for i := range keptLines + 100 {
		if n, err := fmt.Fprintf(l, "line %d\n", i); err != nil || n == 0 {
			t.Fatal(n, err)
		}
	}
	if l.flush(time.Millisecond) {
		t.Error("what cannot be written is said to be written")
	}
	close(g.open)
	if !l.flush(time.Minute) {
		t.Fatal("not written")
	}
	lines := strings.Split(strings.TrimSpace(g.String()), "\n")
	for i, line := range lines[:keptLines] {
		if line != fmt.Sprintf("line %d", i) {
			t.Fatalf("line %d is %q", i, line)
		}
	}
	var dropped int
	if _, err := fmt.Sscanf(lines[len(lines)-1], "rtmpscope: %d lines were dropped", &dropped); err != nil || dropped+len(lines)-1 != keptLines+100 {
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
	fmt.Fprintln(l, "later")
	if !l.flush(time.Minute) || !strings.HasSuffix(g.String(), "later\n") {
		t.Error("nothing is written after everything was")
	}
}
