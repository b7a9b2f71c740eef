package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

const ascSource = "ISO 14496-3 §1.6.2.1"

// aacRates are the sampling frequency indices; 15 says that 24 bits follow.
var aacRates = [16]int{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350}

// aacChannels are the channels of each channel configuration.
var aacChannels = [16]int{0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8}

var aacTypes = map[int]string{
	1: "Main", 2: "LC", 3: "SSR", 4: "LTP", 5: "SBR", 6: "Scalable", 7: "TwinVQ", 8: "CELP", 9: "HVXC",
	17: "ER LC", 19: "ER LTP", 20: "ER Scalable", 22: "ER BSAC", 23: "LD", 29: "PS", 34: "MP3", 36: "ALS",
	39: "ELD", 42: "USAC",
}

// aacConfig appends an AudioSpecificConfig.
func aacConfig(b *field.Builder) Config {
	c := Config{Codec: AAC}
	b.Source = ascSource
	if isADTS(b.Body[b.At:b.End]) {
		f := b.Bytes("ADTS frame", b.Left())
		f.Bad, f.Note = true, "an ADTS header where the AudioSpecificConfig belongs"
		return c
	}
	bitFields(b, "AudioSpecificConfig", b.Left(), func(r *bitReader) {
		a := ascReader{r: r}
		a.head()
		a.specific()
		a.extension()
		a.fill(&c)
	})
	return c
}

// ascReader collects an AudioSpecificConfig.
type ascReader struct {
	r                     *bitReader
	object, base          int
	rate, extRate, config int
	sbr, ps               bool
	channels              int
}

func (a *ascReader) objectType() int {
	v := a.r.sym("audio object type", 5, func(v int) string { return aacTypes[v] })
	if v == 31 {
		v, f := a.r.uf("audio object type extension", 6)
		f.Symbol = aacTypes[32+v]
		return 32 + v
	}
	return v
}

func (a *ascReader) frequency(name string) int {
	v, f := a.r.uf(name+" index", 4)
	if v == 15 {
		f.Note = "the frequency follows in 24 bits"
		return a.r.u(name, 24)
	}
	f.Symbol = fmt.Sprintf("%d Hz", aacRates[v])
	return aacRates[v]
}

func (a *ascReader) head() {
	a.object = a.objectType()
	a.base = a.object
	a.rate = a.frequency("sampling frequency")
	a.config = a.r.u("channel configuration", 4)
	a.channels = aacChannels[a.config]
	if a.object != 5 && a.object != 29 {
		return
	}
	a.sbr, a.ps = true, a.object == 29
	a.extRate = a.frequency("extension sampling frequency")
	a.base = a.objectType()
	if a.base == 22 {
		a.r.u("extension channel configuration", 4)
	}
}

// specific reads GASpecificConfig, ISO 14496-3 §4.4.1, for the object types
// that have one.
func (a *ascReader) specific() {
	switch a.base {
	case 1, 2, 3, 4, 6, 7, 17, 19, 20, 21, 22, 23:
	default:
		return
	}
	r := a.r
	r.sym("frame length flag", 1, func(v int) string { return [2]string{"1024", "960"}[v&1] + " samples" })
	if r.flag("depends on core coder") {
		r.u("core coder delay", 14)
	}
	extension := r.flag("extension flag")
	if a.config == 0 {
		a.programConfig()
	}
	if extension && a.base > 16 {
		r.u("extension flag 3", 1)
	}
}

// programConfig reads program_config_element, ISO 14496-3 §4.4.1.1, to count
// the channels.
func (a *ascReader) programConfig() {
	r := a.r
	r.as("program config element", func() {
		r.raw(4 + 2 + 4)
		front, side, back := r.raw(4), r.raw(4), r.raw(4)
		lfe, assoc, coupling := r.raw(2), r.raw(3), r.raw(4)
		for _, bits := range []int{4, 4, 3} {
			if r.raw(1) == 1 {
				r.raw(bits)
			}
		}
		for range front + side + back {
			a.channels += 1 + int(r.raw(1))
			r.raw(4)
		}
		a.channels += int(lfe)
		for range lfe + assoc {
			r.raw(4)
		}
		for range coupling {
			r.raw(5)
		}
		r.align()
		for range r.raw(8) {
			r.raw(8)
		}
	})
}

// extension reads the backward compatible signalling of SBR and PS.
func (a *ascReader) extension() {
	r := a.r
	if !a.sbr && r.left() >= 16 && r.more() {
		if sync := r.u("sync extension type", 11); sync == 0x2b7 && a.objectType() == 5 {
			if a.sbr = r.flag("SBR present flag"); a.sbr {
				a.extRate = a.frequency("extension sampling frequency")
			}
			if a.sbr && r.left() >= 12 && r.u("sync extension type", 11) == 0x548 {
				a.ps = r.flag("PS present flag")
			}
		}
	}
	r.rest("padding")
}

func (a *ascReader) fill(c *Config) {
	if a.r.failed && a.rate == 0 {
		return
	}
	c.ProfileIDC, c.SampleRate, c.Channels = a.object, a.rate, a.channels
	switch name := aacTypes[a.base]; {
	case a.ps:
		c.Profile = "HE-AACv2"
	case a.sbr:
		c.Profile = "HE-AAC"
	case name != "":
		c.Profile = name
	default:
		c.Profile = fmt.Sprintf("object type %d", a.base)
	}
	if a.sbr && a.extRate > 0 {
		c.SampleRate = a.extRate
	}
	if a.ps && c.Channels == 1 {
		c.Channels = 2
	}
}

// isADTS reports whether p begins with the sync word and layer of ADTS,
// ISO 14496-3 §1.A.2.2. FLV carries AAC without it.
func isADTS(p []byte) bool { return len(p) >= 2 && p[0] == 0xff && p[1]&0xf6 == 0xf0 }

var aacElements = [8]string{
	"single channel", "channel pair", "coupling channel", "LFE channel", "data stream",
	"program config", "fill", "end",
}

// aacFrame appends a raw_data_block.
func aacFrame(b *field.Builder) {
	b.Source = "ISO 14496-3 §4.4.2.1"
	if isADTS(b.Body[b.At:b.End]) && b.Left() > 7 {
		f := b.Bytes("ADTS header", 7)
		f.Bad, f.Note = true, "raw AAC belongs here; decoders without ADTS play noise or nothing"
		b.Rest("raw AAC")
		return
	}
	f := bitFields(b, "raw AAC", b.Left(), func(r *bitReader) {
		r.sym("first element", 3, func(v int) string { return aacElements[v&7] })
	})
	f.Value = field.ByteCount(f.End - f.Start)
}
