package media

import (
	"fmt"

	"github.com/rtmpscope/rtmpscope/decode/field"
)

var mp3Versions = [4]string{"MPEG-2.5", "reserved", "MPEG-2", "MPEG-1"}

var mp3Layers = [4]string{"reserved", "Layer III", "Layer II", "Layer I"}

// mp3Rates are the sampling frequencies of MPEG-1; MPEG-2 halves and MPEG-2.5
// quarters them. ISO 11172-3 §2.4.2.3.
var mp3Rates = [4]int{44100, 48000, 32000, 0}

// Bit rates of layer III in kbit/s, of MPEG-1 and of the lower versions.
var (
	mp3Bitrates1 = [16]int{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0}
	mp3Bitrates2 = [16]int{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0}
)

// mp3Frame appends the header of an MPEG audio frame, ISO 11172-3 §2.4.1.3.
func mp3Frame(b *field.Builder) Config {
	c := Config{Codec: MP3}
	b.Source = "ISO 11172-3 §2.4.1.3"
	if b.Left() < 4 || b.Body[b.At] != 0xff || b.Body[b.At+1]&0xe0 != 0xe0 {
		f := b.Bytes("MPEG audio", b.Left())
		f.Bad, f.Note = true, "no MPEG audio frame header here"
		return c
	}
	bitFields(b, "MPEG audio frame header", 4, func(r *bitReader) { mp3Head(r, &c) })
	b.Rest("coded audio")
	return c
}

func mp3Head(r *bitReader, c *Config) {
	r.u("sync word", 11)
	version := r.sym("version", 2, func(v int) string { return mp3Versions[v] })
	layer := r.sym("layer", 2, func(v int) string { return mp3Layers[v] })
	r.sym("protection", 1, func(v int) string { return [2]string{"CRC", "none"}[v&1] })
	rates := mp3Bitrates2
	if version == 3 {
		rates = mp3Bitrates1
	}
	r.sym("bitrate index", 4, func(v int) string {
		if layer != 1 || rates[v] == 0 {
			return ""
		}
		return fmt.Sprintf("%d kbit/s", rates[v])
	})
	c.SampleRate = mp3Rates[r.u("sampling frequency", 2)] >> [4]int{2, 0, 1, 0}[version]
	r.u("padding", 1)
	r.u("private", 1)
	mode := r.sym("mode", 2, func(v int) string {
		return [4]string{"stereo", "joint stereo", "dual channel", "mono"}[v]
	})
	r.u("mode extension", 2)
	r.u("copyright", 1)
	r.u("original", 1)
	r.u("emphasis", 2)
	c.Profile = mp3Versions[version] + " " + mp3Layers[layer]
	if c.Channels = 2; mode == 3 {
		c.Channels = 1
	}
}
