package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// chained is a chain of segments with ten bytes each, named by their numbers: "0000000000",
// "1111111111" and so on. The last one is still written.
func chained(t *testing.T, n int) (*Chain, []string) {
	t.Helper()
	c, dir := &Chain{}, t.TempDir()
	var paths []string
	for i := range n {
		path := filepath.Join(dir, fmt.Sprintf("%02d", i))
		if err := os.WriteFile(path, bytes.Repeat([]byte{byte('a' + i)}, 10), 0o600); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		var f *os.File
		if i%2 == 0 {
			if f, err = os.Open(path); err != nil {
				t.Fatal(err)
			}
		}
		c.Add(path, info, f, int64(10*i))
		paths = append(paths, path)
	}
	t.Cleanup(func() { c.Close() })
	return c, paths
}

// TestChainIsOneFile reads every range of a chain that has more segments than may be
// open, in an order that visits them all again and again.
func TestChainIsOneFile(t *testing.T) {
	const n = maxOpenSegments + 3
	c, _ := chained(t, n)
	var all []byte
	for i := range n {
		all = append(all, bytes.Repeat([]byte{byte('a' + i)}, 10)...)
	}
	for i := range len(all) {
		from := i * 37 % len(all)
		for _, length := range []int{1, 9, 10, 11, 25} {
			p := make([]byte, length)
			got, err := c.ReadAt(p, int64(from))
			want := all[from:min(from+length, len(all))]
			if !bytes.Equal(p[:got], want) || (len(want) < length) != errors.Is(err, io.EOF) || err != nil && !errors.Is(err, io.EOF) {
				t.Fatalf("%d bytes at %d: %q, %v, want %q", length, from, p[:got], err, want)
			}
			if len(c.open) > maxOpenSegments {
				t.Fatalf("%d files are open", len(c.open))
			}
		}
	}
	for i := range c.parts {
		if open := slices.Contains(c.open, i); open != (c.parts[i].file != nil) {
			t.Errorf("part %d: in the list of open ones %v, has a file %v", i, open, c.parts[i].file != nil)
		}
	}
	if n, err := c.ReadAt(make([]byte, 1), int64(len(all))); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("behind the end: %d, %v", n, err)
	}
	if n, err := (&Chain{}).ReadAt(make([]byte, 1), 0); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("of nothing: %d, %v", n, err)
	}
}

// TestLeastRecentlyUsedIsShut: what was read just now stays open.
func TestLeastRecentlyUsedIsShut(t *testing.T) {
	c, _ := chained(t, maxOpenSegments+2)
	read := func(i int) {
		if _, err := c.ReadAt(make([]byte, 1), int64(10*i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range maxOpenSegments {
		read(i)
	}
	read(0)
	read(maxOpenSegments)
	var want []int
	for i := range maxOpenSegments - 2 {
		want = append(want, 2+i)
	}
	if want = append(want, 0, maxOpenSegments); !slices.Equal(c.open, want) {
		t.Errorf("open are %v, want %v", c.open, want)
	}
}

// TestPruneKeepsWhatTheLimitsAllow counts files, bytes and the reserve, never takes the
// last segment, and says what it took.
func TestPruneKeepsWhatTheLimitsAllow(t *testing.T) {
	for _, c := range []struct {
		name          string
		files         int
		most, reserve int64
		want          int // removed of five; the last counts as empty
	}{
		{"no limit", 0, 0, 0, 0}, {"five files", 5, 0, 0, 0}, {"four files", 4, 0, 0, 1}, {"one file", 1, 0, 0, 4},
		{"40 bytes", 0, 40, 0, 0}, {"39 bytes", 0, 39, 0, 1}, {"40 bytes with a reserve", 0, 40, 1, 1}, {"nothing", 0, 1, 0, 4},
		{"both", 3, 35, 0, 2}, {"both, the other way", 4, 25, 0, 2},
	} {
		chain, paths := chained(t, 5)
		removed, freed, err := chain.Prune(c.files, c.most, c.reserve)
		if err != nil || !slices.Equal(removed, paths[:c.want]) || freed != int64(10*c.want) {
			t.Errorf("%s: removed %d, %v", c.name, len(removed), err)
		}
		for i, path := range paths {
			if _, err := os.Stat(path); (err == nil) != (i >= c.want) {
				t.Errorf("%s: segment %d: %v", c.name, i, err)
			}
		}
		if again, _, err := chain.Prune(c.files, c.most, c.reserve); len(again) != 0 || err != nil {
			t.Errorf("%s: a second time removes %d, %v", c.name, len(again), err)
		}
	}
}

// TestRotatedAwaySaysWhereItGoesOn, for one that was pruned, deleted, or replaced by a
// file of the same name, which is left alone.
func TestRotatedAwaySaysWhereItGoesOn(t *testing.T) {
	gone := func(c *Chain, at int64, path string, next int64) {
		t.Helper()
		var rotated *RotatedError
		if _, err := c.ReadAt(make([]byte, 1), at); !errors.As(err, &rotated) || rotated.Path != path || rotated.Next != next || !strings.Contains(err.Error(), path) {
			t.Errorf("at %d: %v, want %s and then %d", at, err, path, next)
		}
	}
	c, paths := chained(t, 4)
	if _, _, err := c.Prune(3, 0, 0); err != nil {
		t.Fatal(err)
	}
	gone(c, 5, paths[0], 10)
	if err := os.Remove(paths[1]); err != nil {
		t.Fatal(err)
	}
	gone(c, 0, paths[0], 20)
	gone(c, 15, paths[1], 20)
	if n, err := c.ReadAt(make([]byte, 3), 25); n != 3 || err != nil {
		t.Errorf("what is left: %d, %v", n, err)
	}
	c, paths = chained(t, 2)
	c.Close()
	c.closed = false
	info, err := os.Stat(paths[1])
	if err != nil {
		t.Fatal(err)
	}
	other := paths[1] + ".new"
	if err := os.WriteFile(other, []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, paths[1]); err != nil {
		t.Fatal(err)
	}
	if openSame(paths[1], info) != nil || openSame(paths[0], info) != nil || openSame(paths[1]+"none", info) != nil {
		t.Error("another file is taken for the segment")
	}
	gone(c, 15, paths[1], -1)
	if err := c.remove(1); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(paths[1]); err != nil || string(b) != "other" {
		t.Errorf("somebody else's file was removed: %v", err)
	}
}

// TestDropReopensTheOneBefore: the last segment is taken back and the one before it is
// the one that grows.
func TestDropReopensTheOneBefore(t *testing.T) {
	c, paths := chained(t, 3)
	c.Drop()
	if n, err := c.ReadAt(make([]byte, 20), 15); n != 5 || !errors.Is(err, io.EOF) {
		t.Errorf("%d bytes, %v", n, err)
	}
	f, err := os.OpenFile(paths[1], os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("xyz"); err != nil {
		t.Fatal(err)
	}
	f.Close()
	p := make([]byte, 3)
	if n, err := c.ReadAt(p, 20); n != 3 || err != nil || string(p) != "xyz" {
		t.Errorf("what grew: %q, %v", p[:n], err)
	}
	if slices.Contains(c.open, 2) {
		t.Error("the file that was dropped is open")
	}
	c.Drop()
	c.Drop()
	if len(c.parts) != 0 {
		t.Errorf("%d parts", len(c.parts))
	}
}

// TestNamelessSegments stay open while they are there, are read like others, and are
// gone once they are pruned.
func TestNamelessSegments(t *testing.T) {
	var c Chain
	var files []*TempFile
	for i := range 3 {
		f, err := Nameless()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(strings.Repeat(string(rune('a'+i)), 10)); err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
		c.AddNameless(f, int64(10*i))
	}
	p := make([]byte, 20)
	if n, err := c.ReadAt(p, 5); n != 20 || err != nil || string(p) != "aaaaabbbbbbbbbbccccc" {
		t.Errorf("%q, %v", p[:n], err)
	}
	if _, freed, err := c.Prune(2, 0, 0); freed != 10 || err != nil {
		t.Errorf("%d bytes are freed, %v", freed, err)
	}
	var rotated *RotatedError
	if _, err := c.ReadAt(p, 5); !errors.As(err, &rotated) || rotated.Next != 10 {
		t.Errorf("what was pruned: %v", err)
	}
	if n, err := c.ReadAt(p, 10); n != 20 || err != nil {
		t.Errorf("what is left: %d, %v", n, err)
	}
	c.Close()
	for i, f := range files {
		if _, err := f.Stat(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("file %d is open: %v", i, err)
		}
	}
}

// TestClosedChain reads nothing and holds nothing.
func TestClosedChain(t *testing.T) {
	c, _ := chained(t, 3)
	files := []*os.File{c.parts[0].file.(*os.File), c.parts[2].file.(*os.File)}
	if err := c.Close(); err != nil || len(c.open) != 0 {
		t.Errorf("%v, %d open", err, len(c.open))
	}
	for _, f := range files {
		if _, err := f.Stat(); !errors.Is(err, os.ErrClosed) {
			t.Errorf("a file is open: %v", err)
		}
	}
	if _, err := c.ReadAt(make([]byte, 1), 0); !errors.Is(err, os.ErrClosed) {
		t.Error(err)
	}
}

// TestSegmentsOnDisk: the numbers that follow, sorted, of this recording alone; and a
// pipe, a directory and nothing are no captures.
func TestSegmentsOnDisk(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.pcapng", "a.0010.pcapng", "a.0002.pcapng", "a.3.pcapng", "b.0004.pcapng", "a.0005.pcap"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	base := filepath.Join(dir, "a.pcapng")
	for from, want := range map[int][]int{0: {1, 2, 10}, 1: {2, 10}, 2: {10}, 10: nil} {
		if got := SegmentNumbers(base, from); !slices.Equal(got, want) {
			t.Errorf("after %d: %v, want %v", from, got, want)
		}
	}
	if got := SegmentNumbers(filepath.Join(dir, "none", "a"), 0); got != nil {
		t.Errorf("of no directory: %v", got)
	}
	for path, n := range map[string]int{"x/a.pcapng": 1, "x/a.0001.pcapng": 1, "x.0002.y/a": 1, "a.0002": 2, "a.1.0002.pcap": 2} {
		if _, got := SegmentBase(path); got != n {
			t.Errorf("%s is number %d, want %d", path, got, n)
		}
	}
	for n, want := range map[int]string{1: "a.b", 2: "a.0002.b", 9999: "a.9999.b", 10000: "a.10000.b"} {
		if got := SegmentName("a.b", n); got != want {
			t.Errorf("segment %d is %s", n, got)
		}
	}
	if f, err := OpenRegular(base); err != nil {
		t.Error(err)
	} else {
		f.Close()
	}
	for _, path := range []string{dir, filepath.Join(dir, "none")} {
		if f, err := OpenRegular(path); err == nil || f != nil {
			t.Errorf("%s was opened", path)
		}
	}
}
