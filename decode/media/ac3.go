package media

import "github.com/rtmpscope/rtmpscope/decode/field"

// ac3Rates are fscod of both syntaxes and fscod2, which halves them.
var ac3Rates = [4]int{48000, 44100, 32000, 0}

// ac3Channels are the full-bandwidth channels of acmod, ETSI TS 102 366 §4.4.2.3.
var ac3Channels = [8]int{2, 1, 2, 3, 3, 4, 4, 5}

var ac3Modes = [8]string{"1+1", "1/0", "2/0", "3/0", "2/1", "3/1", "2/2", "3/2"}

func ac3Mode(v int) string { return ac3Modes[v&7] }

// ac3Frame appends the synchronisation and stream information of an AC-3 or
// E-AC-3 frame, which bsid tells apart: ETSI TS 102 366 §4.4.2.1, §E.1.3.1.6.
func ac3Frame(b *field.Builder) Config {
	b.Source = "ETSI TS 102 366 §4.3"
	c := Config{Codec: AC3}
	if b.Left() < 6 || b.Body[b.At] != 0x0b || b.Body[b.At+1] != 0x77 {
		f := b.Bytes("AC-3", b.Left())
		f.Bad, f.Note = true, "no AC-3 sync word here"
		return c
	}
	read := ac3Sync
	if b.Body[b.At+5]>>3 > 10 {
		c.Codec, read = EAC3, eac3Sync
	}
	f := bitFields(b, "sync frame", b.Left(), func(r *bitReader) {
		r.u("syncword", 16)
		mode, lfe := read(r, &c)
		c.Channels = ac3Channels[mode] + lfe
		r.rest("audio blocks")
	})
	f.Symbol = c.Codec.String()
	return c
}

func ac3Sync(r *bitReader, c *Config) (mode, lfe int) {
	r.u("crc1", 16)
	c.SampleRate = ac3Rates[r.u("fscod", 2)]
	r.u("frmsizecod", 6)
	r.u("bsid", 5)
	r.u("bsmod", 3)
	mode = r.sym("acmod", 3, ac3Mode)
	if mode&1 == 1 && mode != 1 {
		r.u("cmixlev", 2)
	}
	if mode&4 != 0 {
		r.u("surmixlev", 2)
	}
	if mode == 2 {
		r.u("dsurmod", 2)
	}
	return mode, r.u("lfeon", 1)
}

func eac3Sync(r *bitReader, c *Config) (mode, lfe int) {
	r.u("strmtyp", 2)
	r.u("substreamid", 3)
	r.u("frmsiz", 11)
	if code := r.u("fscod", 2); code == 3 {
		c.SampleRate = ac3Rates[r.u("fscod2", 2)] / 2
	} else {
		c.SampleRate = ac3Rates[code]
		r.u("numblkscod", 2)
	}
	mode = r.sym("acmod", 3, ac3Mode)
	lfe = r.u("lfeon", 1)
	r.u("bsid", 5)
	return mode, lfe
}
