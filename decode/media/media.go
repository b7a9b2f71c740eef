// Package media reads the audio and video tags that RTMP carries in message
// types 8 and 9: the FLV tag header, legacy and Enhanced RTMP, and behind it
// the codec configuration records, NAL unit and OBU lists and frame headers.
//
// [ParseAudio] and [ParseVideo] are the cheap reading for every message: no
// allocation, a few bytes looked at. [Fields] is the full reading for the one
// message a person opened: a tree of named values that covers every byte.
// [ParseConfig] turns a sequence header into the facts a summary needs: size,
// profile, frame rate, sampling rate.
//
// The package decodes no samples, keeps no state and never fails: a body that
// is too short is a Tag with Short set and a Bad field where the bytes end. All
// functions are safe for concurrent use and do not keep the body.
//
// Sources: Adobe FLV 10.1 annex E, Enhanced RTMP v1 and v2 (veovera), and the
// codec specifications named in each file.
package media

// Kind says what a tag carries.
type Kind uint8

// The kinds of tag.
const (
	UnknownKind        Kind = iota // a packet type that no specification names, or a body too short to tell
	Frame                          // coded media
	SequenceHeader                 // codec configuration
	EndOfSequence                  // no more media of this sequence
	Metadata                       // E-RTMP video metadata: colour information
	Command                        // frame type 5: seek start or end
	MultichannelConfig             // E-RTMP audio channel layout
	MPEG2TSSequence                // E-RTMP sequence start in MPEG-2 TS form
	Empty                          // no bytes at all
)

var kindNames = [...]string{
	"unknown", "frame", "sequence header", "end of sequence", "metadata",
	"command", "multichannel config", "MPEG-2 TS sequence start", "empty",
}

// String returns the kind in words, for people.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// FrameType is the frame type of a video tag, FLV 10.1 §E.4.3.1.
type FrameType uint8

// The frame types; 0 is reserved.
const (
	KeyFrame          FrameType = 1
	InterFrame        FrameType = 2
	DisposableFrame   FrameType = 3
	GeneratedKeyFrame FrameType = 4
	CommandFrame      FrameType = 5
)

var frameTypeNames = [...]string{
	"reserved", "keyframe", "inter frame", "disposable inter frame",
	"generated keyframe", "video info or command frame", "reserved", "reserved",
}

// String returns the name of the frame type.
func (t FrameType) String() string {
	if int(t) < len(frameTypeNames) {
		return frameTypeNames[t]
	}
	return "reserved"
}

// Multitrack is how an E-RTMP multitrack packet lays out its tracks.
type Multitrack uint8

// The multitrack forms, E-RTMP v2 "AvMultitrackType"; the wire value is one less.
const (
	NotMultitrack Multitrack = iota
	OneTrack
	ManyTracks
	ManyTracksManyCodecs
	UnknownMultitrack
)

var multitrackNames = [...]string{
	"not multitrack", "OneTrack", "ManyTracks", "ManyTracksManyCodecs", "unknown",
}

// String returns the specification's name of the form.
func (m Multitrack) String() string {
	if int(m) < len(multitrackNames) {
		return multitrackNames[m]
	}
	return "unknown"
}

// Tag is the header of one audio or video message. It is a small plain value
// without pointers; in a multitrack message it describes the first track.
type Tag struct {
	// Video tells message type 9 from 8.
	Video bool
	// Enhanced is true for E-RTMP headers.
	Enhanced bool
	// Short is true when the header runs past the body. An Empty tag is not Short.
	Short bool
	// Key is true for frame types 1 and 4, sequence headers included.
	Key bool
	// FrameType is 0 for audio.
	FrameType FrameType
	// Kind says what follows the header.
	Kind Kind
	// Codec is UnknownCodec when CodecID or FourCC is in no table.
	Codec Codec
	// CodecID is the legacy codec id (video) or sound format (audio), 0 to 15.
	CodecID uint8
	// PacketType is the AVC, AAC or E-RTMP packet type after ModEx and Multitrack.
	PacketType uint8
	// VideoCommand is the byte of a Command tag: 0 start of seek, 1 end of seek.
	VideoCommand uint8
	// Multitrack is the form, Track the id of the first track.
	Multitrack Multitrack
	Track      uint8
	// SoundBits and SoundChannels are those of a legacy audio header, whose
	// claims mean nothing for AAC (always 44100, 16, 2).
	SoundBits, SoundChannels uint8
	// SoundRate is in hertz: what the header says, or what the sound format
	// implies where it has one rate; 0 when Enhanced.
	SoundRate uint16
	// FourCC is big-endian, 0 for legacy tags.
	FourCC FourCC
	// CompositionTime is presentation time minus decoding time in milliseconds.
	CompositionTime int32
	// Overrun is true when a track of a multitrack packet is longer than its message.
	Overrun bool
	// NanoShort is true when a nanosecond offset has fewer than its three bytes.
	NanoShort bool
	// NanoOffset is the E-RTMP ModEx nanosecond offset, to be added to the time.
	NanoOffset uint32
	// HeaderLen is the number of bytes before the codec payload, PayloadLen
	// the length of the payload (of the first track).
	HeaderLen, PayloadLen int
}

// Inter reports whether the frame needs others to be decoded.
func (t Tag) Inter() bool { return t.FrameType == InterFrame || t.FrameType == DisposableFrame }

// Disposable reports whether no other frame needs this one.
func (t Tag) Disposable() bool { return t.FrameType == DisposableFrame }

// Payload returns the codec payload of the first track: a part of body, which
// must be the body that the tag was parsed from.
func (t Tag) Payload(body []byte) []byte {
	start := min(t.HeaderLen, len(body))
	return body[start:min(start+t.PayloadLen, len(body))]
}

// ParseAudio reads the header of a message of type 8. It does not allocate.
func ParseAudio(body []byte) Tag {
	if len(body) == 0 {
		return Tag{Kind: Empty}
	}
	if body[0]>>4 == exAudioFormat {
		return parseExAudio(body)
	}
	return parseLegacyAudio(body)
}

// ParseVideo reads the header of a message of type 9. It does not allocate.
func ParseVideo(body []byte) Tag {
	if len(body) == 0 {
		return Tag{Kind: Empty, Video: true}
	}
	if body[0]&0x80 != 0 {
		return parseExVideo(body)
	}
	return parseLegacyVideo(body)
}
