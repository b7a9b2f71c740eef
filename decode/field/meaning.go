package field

import "strings"

// Meaning says in words what a field is for, whatever its value. It is never
// empty: what a sender named itself is called that, and a syntax element of a
// codec is defined, under its name, in the section that Source names.
func (f Field) Meaning() string {
	inAMF := strings.HasPrefix(f.Source, "AMF")
	switch {
	case f.Name == Unclaimed:
		return "bytes that nothing in the message accounts for"
	case values[f.Name] != "":
		return values[f.Name]
	case !inAMF && layout[f.Name] != "":
		return layout[f.Name]
	case strings.HasPrefix(f.Name, "["):
		return "an element of the list"
	case strings.HasPrefix(f.Name, "argument"):
		return "an argument of the command, by its position"
	case inAMF || f.Source == "":
		return "a value that the sender named"
	}
	return "a syntax element, defined under this name in " + f.Source
}

// layout holds the fields whose place the formats fix.
var layout = map[string]string{
	// The handshake.
	"version": "the version of what follows: of the protocol, or of the sender's software", "time": "when the part was made, in milliseconds of the sender's clock",
	"time2": "when the peer's part was read", "zero": "four zero bytes, in which Flash put a version", "random": "bytes to be echoed by the peer",
	"random echo": "the random bytes of the peer's part", "digest": "proves that the sender knows Adobe's key", "incomplete part": "what there is of a part of the handshake",
	// Protocol control and user control messages.
	"chunk size": "the largest chunk payload that the sender writes from here on", "chunk stream id": "the chunk stream whose unfinished message is dropped",
	"sequence number": "how many bytes have been received", "acknowledgement window size": "after how many bytes the peer has to acknowledge",
	"window acknowledgement size": "after how many bytes the peer has to acknowledge", "limit type": "how the window binds: hard, soft or dynamic",
	"event type": "which user control event this is", "event data": "what the event carries", "stream id": "the message stream that is meant",
	"message stream id": "the message stream that is meant", "buffer length": "how much the client buffers, in milliseconds", "timestamp": "milliseconds of the sender's clock",
	// FLV tags and Enhanced RTMP.
	"sound header": "format, rate, size and type in one byte", "sound format": "the audio codec", "sound rate": "the sampling rate, as far as four values can say it", "sound size": "bits of a sample, for uncompressed formats",
	"sound type": "mono or stereo", "AAC packet type": "configuration or frame", "video header": "frame type and codec in one byte", "frame type": "whether the frame stands alone", "codec id": "the video codec",
	"packet type": "what the packet carries", "composition time": "how much later than decoded the frame is shown", "video command": "a seek begins or ends", "is ex header": "the header is that of Enhanced RTMP",
	"ex audio header": "says Enhanced RTMP, and what the packet carries", "ex video header": "says Enhanced RTMP, the frame type and what the packet carries", "FourCC": "the codec, in four characters",
	"multitrack": "how the tracks are laid out", "multitrack type": "how the tracks are laid out", "track": "one track of the message", "track id": "which track; 0 is the one that older players know", "track size": "bytes of the track",
	"track body": "what the track carries", "ModEx": "an extension of the packet's header", "ModEx data": "the extension", "channel order": "how the layout of channels is given", "channel count": "the number of channels",
	"channel flags": "which loudspeakers there are, one a bit", "channel position": "the loudspeaker of one channel",
	// What codecs have in common.
	"payload": "coded media", "coded audio": "coded media", "coded frame": "coded media", "coded picture": "coded media", "codec configuration": "what a decoder has to know before the first frame",
	"AVC decoder configuration record": "what a decoder has to know before the first frame", "HEVC decoder configuration record": "what a decoder has to know before the first frame",
	"VVC decoder configuration record": "what a decoder has to know before the first frame", "VP codec configuration record": "what a decoder has to know before the first frame",
	"AudioSpecificConfig": "what a decoder has to know before the first frame", "OpusHead": "what a decoder has to know before the first frame",
	"SPS": "sequence parameter set: size, profile, timing", "PPS": "picture parameter set: how pictures are coded", "VPS": "video parameter set: layers and timing", "SEI": "supplemental information that decoding does not need",
	"NAL unit": "one unit of the bitstream: a slice, a parameter set, supplemental information", "NAL unit length": "bytes of the NAL unit", "NAL unit type": "what the array holds",
	"nal_unit_type": "what the NAL unit holds", "length size": "how many bytes a NAL unit length has", "profile": "which tools the stream uses", "level": "how much a decoder has to be able to do",
	"reserved": "reserved", "padding": "fills the last byte", "trailing bytes": "bytes behind what the format has", "width": "pixels in a line", "height": "lines of the picture",
}

// values holds what commands and data messages have at fixed places, and the parts
// of AMF values. Members may bear the same names as fields of layout.
var values = map[string]string{
	// Commands, data and shared objects.
	"command name": "what is called, or that it is an answer", "transaction id": "ties an answer to its request; 0 wants none", "command object": "the properties of the request",
	"information": "the properties of the answer, or the status", "stream name": "what is played or deleted; often the stream key", "publishing name": "what is published; often the stream key",
	"publishing type": "live, record or append", "start": "from where to play, in seconds; -2 is live or recorded, -1 live alone", "reset": "whether an earlier playlist is dropped",
	"metadata name": "which data message this is", "metadata": "what the encoder says of its stream", "metadata value": "what the encoder says of its stream",
	"format": "the encoding of what follows; 0 is AMF0", "persistence": "whether the server keeps the object", "shared object name": "which shared object is meant",
	"event": "a change of the shared object",
	// AMF.
	"marker": "the type of the value", "length": "how many bytes follow", "content": "the bytes of the string", "count": "how many members the sender expects; no receiver relies on it",
	"name": "the name of the member", "value": "the value itself", "object end marker": "ends the object", "end of names": "an empty name: the named members end", "avmplus marker": "the value that follows is AMF3",
	"reference": "stands for a value that was sent before", "traits": "class and member names of the objects", "milliseconds": "since 1970, UTC", "time zone": "reserved, not used", "bytes": "the bytes of the array",
}
