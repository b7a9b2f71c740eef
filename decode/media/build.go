package media

import "github.com/rtmpscope/rtmpscope/decode/field"

// bitFields appends a field of n bytes whose bit fields read appends.
func bitFields(b *field.Builder, name string, n int, read func(*bitReader)) *field.Field {
	return bitsOf(b, name, n, false, read)
}

// rbsp is bitFields for a NAL unit: emulation prevention bytes are stepped over.
func rbsp(b *field.Builder, name string, n int, read func(*bitReader)) *field.Field {
	return bitsOf(b, name, n, true, read)
}

func bitsOf(b *field.Builder, name string, n int, escaped bool, read func(*bitReader)) *field.Field {
	f := b.Take(name, n)
	if f.Start == f.End {
		return f
	}
	r := &bitReader{p: b.Body, at: f.Start, end: f.End, escaped: escaped}
	if b.Quiet {
		r.quiet = 1
	}
	read(r)
	f.Children = r.out
	if r.failed {
		f.Bad = true
		f.Note = "the bits end inside a value"
	}
	return f
}
