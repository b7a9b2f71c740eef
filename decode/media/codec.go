package media

// Codec is an audio or video codec, whatever header announced it.
type Codec uint8

// The codecs that FLV and Enhanced RTMP can name.
const (
	UnknownCodec Codec = iota
	H263
	ScreenVideo
	VP6
	VP6Alpha
	ScreenVideo2
	AVC
	HEVC
	AV1
	VP8
	VP9
	VVC
	PCM
	ADPCM
	MP3
	PCMLE
	Nellymoser16k
	Nellymoser8k
	Nellymoser
	G711A
	G711U
	AAC
	Speex
	MP38k
	DeviceSound
	Opus
	FLAC
	AC3
	EAC3
)

// codecNames holds the name for people and the name ffprobe prints.
var codecNames = [...]struct{ name, ffprobe string }{
	UnknownCodec:  {"unknown", "unknown"},
	H263:          {"H.263", "flv1"},
	ScreenVideo:   {"Screen Video", "flashsv"},
	VP6:           {"VP6", "vp6f"},
	VP6Alpha:      {"VP6 Alpha", "vp6a"},
	ScreenVideo2:  {"Screen Video 2", "flashsv2"},
	AVC:           {"AVC", "h264"},
	HEVC:          {"HEVC", "hevc"},
	AV1:           {"AV1", "av1"},
	VP8:           {"VP8", "vp8"},
	VP9:           {"VP9", "vp9"},
	VVC:           {"VVC", "vvc"},
	PCM:           {"PCM", "pcm"},
	ADPCM:         {"ADPCM", "adpcm_swf"},
	MP3:           {"MP3", "mp3"},
	PCMLE:         {"PCM LE", "pcm_s16le"},
	Nellymoser16k: {"Nellymoser 16 kHz", "nellymoser"},
	Nellymoser8k:  {"Nellymoser 8 kHz", "nellymoser"},
	Nellymoser:    {"Nellymoser", "nellymoser"},
	G711A:         {"G.711 A-law", "pcm_alaw"},
	G711U:         {"G.711 mu-law", "pcm_mulaw"},
	AAC:           {"AAC", "aac"},
	Speex:         {"Speex", "speex"},
	MP38k:         {"MP3 8 kHz", "mp3"},
	DeviceSound:   {"device-specific sound", "unknown"},
	Opus:          {"Opus", "opus"},
	FLAC:          {"FLAC", "flac"},
	AC3:           {"AC-3", "ac3"},
	EAC3:          {"E-AC-3", "eac3"},
}

// String returns the name for people: "AVC", "E-AC-3".
func (c Codec) String() string {
	if int(c) < len(codecNames) {
		return codecNames[c].name
	}
	return "unknown"
}

// FFprobe returns the codec name that ffprobe prints: "h264", "eac3".
func (c Codec) FFprobe() string {
	if int(c) < len(codecNames) {
		return codecNames[c].ffprobe
	}
	return "unknown"
}

// SelfDescribing reports whether frames (keyframes, for video) carry what
// [ParseConfig] needs, because the codec has no sequence header or may lack it.
func (c Codec) SelfDescribing() bool {
	switch c {
	case MP3, MP38k, AC3, EAC3, H263, VP8, VP9, ScreenVideo, ScreenVideo2:
		return true
	}
	return false
}

// FourCC is an Enhanced RTMP codec code, first character in the high byte.
type FourCC uint32

// String returns the four bytes as they are on the wire, not made safe.
func (f FourCC) String() string {
	return string([]byte{byte(f >> 24), byte(f >> 16), byte(f >> 8), byte(f)})
}

// Codec returns the codec of a FourCC, E-RTMP v2 "VideoFourCc", "AudioFourCc".
func (f FourCC) Codec() Codec {
	for i := range fourCCs {
		if fourCCs[i].code == f {
			return fourCCs[i].codec
		}
	}
	return UnknownCodec
}

// Reversed returns the code with its bytes in the other order: some writers put
// a FourCC little-endian.
func (f FourCC) Reversed() FourCC {
	return f>>24 | f>>8&0xff00 | f<<8&0xff0000 | f<<24
}

func fourCC(s string) FourCC {
	return FourCC(s[0])<<24 | FourCC(s[1])<<16 | FourCC(s[2])<<8 | FourCC(s[3])
}

var fourCCs = [...]struct {
	code  FourCC
	codec Codec
}{
	{fourCC("avc1"), AVC}, {fourCC("hvc1"), HEVC}, {fourCC("av01"), AV1},
	{fourCC("vp09"), VP9}, {fourCC("vp08"), VP8}, {fourCC("vvc1"), VVC},
	{fourCC("mp4a"), AAC}, {fourCC("Opus"), Opus}, {fourCC("fLaC"), FLAC},
	{fourCC(".mp3"), MP3}, {fourCC("ac-3"), AC3}, {fourCC("ec-3"), EAC3},
}

// CodecOfID is the codec of a videocodecid or audiocodecid of metadata: a number of
// FLV, or a FourCC in either byte order, as encoders write for E-RTMP.
func CodecOfID(id float64, video bool) Codec {
	switch n := uint32(id); {
	case id < 0 || id != float64(n):
		return UnknownCodec
	case n < 16 && video:
		return videoCodecIDs[n]
	case n < 16:
		return soundFormats[n]
	case FourCC(n).Codec() != UnknownCodec:
		return FourCC(n).Codec()
	default:
		return FourCC(n).Reversed().Codec()
	}
}

// CodecNamed is the codec that a FourCC names in letters, UnknownCodec for any other
// string.
func CodecNamed(s string) Codec {
	if len(s) != 4 {
		return UnknownCodec
	}
	return fourCC(s).Codec()
}
