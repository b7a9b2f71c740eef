package message

// CommandInfo describes one command or data message.
type CommandInfo struct {
	// Note says in a sentence what the command is for.
	Note string
	// Args names the values behind the transaction ID (commands) or the name
	// (data), in order.
	Args []string
	// Source names where it is defined; "" means RTMP 1.0 §7.2.
	Source string
}

const (
	object       = "command object"
	rtmpNet      = "RTMP 1.0 §7.2.1"
	rtmpStream   = "RTMP 1.0 §7.2.2"
	flashMedia   = "Flash Media Server"
	wowza        = "Wowza, librtmp"
	librtmp      = "librtmp"
	flvMetadata  = "FLV 10.1 §E.5"
	metadataName = "metadata name"
)

// args puts the command object in front of the arguments of a command.
func args(names ...string) []string { return append([]string{object}, names...) }

// Commands is what is known of command and data messages, by name. It is not to
// be changed.
var Commands = map[string]CommandInfo{
	"connect":      {"The client asks to be connected to an application of the server.", args("user argument"), rtmpNet + ".1"},
	"call":         {"A remote procedure call; its real name travels as the command name.", args("argument"), rtmpNet + ".2"},
	"close":        {"The connection is to be closed.", args(), librtmp},
	"_result":      {"The command with this transaction ID succeeded.", []string{"properties", "information"}, rtmpNet},
	"_error":       {"The command with this transaction ID failed.", []string{"properties", "information"}, rtmpNet},
	"createStream": {"The client asks for a message stream; the answer carries its ID.", args(), rtmpNet + ".3"},
	"initStream":   {"The client announces that it will use a stream.", args(), flashMedia},

	"releaseStream": {"The client asks to free a stream name that an earlier publisher may still hold.", args("stream name"), flashMedia},
	"FCPublish":     {"The client announces that it will publish a stream; some servers need it.", args("stream name"), flashMedia},
	"FCUnpublish":   {"The client announces that it stops publishing.", args("stream name"), flashMedia},
	"FCSubscribe":   {"The client asks for a live stream; content networks need it before play.", args("stream name"), flashMedia},
	"FCUnsubscribe": {"The client no longer wants a live stream.", args("stream name"), flashMedia},
	"onFCPublish":   {"The server answers FCPublish.", []string{object, "information"}, flashMedia},
	"onFCUnpublish": {"The server answers FCUnpublish.", []string{object, "information"}, flashMedia},
	"onFCSubscribe": {"The server answers FCSubscribe.", []string{object, "information"}, flashMedia},
	"onFCUnsubscribe": {"The server says that the live stream is over.",
		[]string{object, "information"}, flashMedia},
	"getStreamLength":  {"The client asks how long a recorded stream is, in seconds.", args("stream name"), flashMedia},
	"getMovLen":        {"The client asks how long a recorded stream is, in seconds.", args("stream name"), flashMedia},
	"DVRSubscribe":     {"The client asks for a stream that is being recorded.", args("stream name"), flashMedia},
	"DVRGetStreamInfo": {"The client asks about a stream that is being recorded.", args("stream name"), flashMedia},

	"onBWDone":        {"The server has finished, or does not want, the bandwidth test.", args("bandwidth"), flashMedia},
	"_checkbw":        {"The client asks for a bandwidth test.", args(), flashMedia},
	"checkBandwidth":  {"The client asks for a bandwidth test.", args(), flashMedia},
	"_onbwcheck":      {"The server sends bytes to measure the bandwidth; the client answers at once.", args("payload"), flashMedia},
	"onBWCheck":       {"The server sends bytes to measure the bandwidth; the client answers at once.", args("payload"), flashMedia},
	"_onbwdone":       {"The server tells the result of the bandwidth test.", args("result"), flashMedia},
	"ping":            {"A ping as a command, not the user control event.", args(), librtmp},
	"pong":            {"The answer to a ping as a command.", args(), librtmp},
	"set_playlist":    {"The client sends the list of what it will play.", args("playlist"), librtmp},
	"playlist_ready":  {"The server has accepted the list.", args(), librtmp},
	"setPeerInfo":     {"The client tells its addresses, for peer to peer use.", args("address"), "RFC 7425 §5.3.1"},
	"verifyClient":    {"The server asks the client to prove what it is.", args("challenge"), wowza},
	"receiveAudio":    {"The client wants, or no longer wants, audio.", args("bool flag"), rtmpStream + ".4"},
	"receiveVideo":    {"The client wants, or no longer wants, video.", args("bool flag"), rtmpStream + ".5"},
	"receiveVideoFPS": {"The client limits the frame rate it wants.", args("frames per second"), flashMedia},

	"secureTokenResponse":               {"The client answers the token challenge of the connect result.", args("response"), wowza},
	"NetStream.Authenticate.UsherToken": {"The client proves its right to play with a token.", args("token"), librtmp},

	"play":         {"The client asks to play a stream.", args("stream name", "start", "duration", "reset"), rtmpStream + ".1"},
	"play2":        {"The client switches to another rendition without a break.", args("parameters"), rtmpStream + ".2"},
	"publish":      {"The client asks to publish under a name.", args("publishing name", "publishing type"), rtmpStream + ".6"},
	"deleteStream": {"The client is done with a message stream.", args("stream id"), rtmpStream + ".3"},
	"closeStream":  {"The client stops playing or publishing on this stream.", args(), flashMedia},
	"pause":        {"The client pauses or resumes.", args("pause flag", "milliseconds"), rtmpStream + ".8"},
	"pauseRaw":     {"The client pauses or resumes, keeping its buffer.", args("pause flag", "milliseconds"), flashMedia},
	"seek":         {"The client jumps to a time.", args("milliseconds"), rtmpStream + ".7"},
	"onStatus":     {"The server reports what became of a stream.", []string{object, "information"}, rtmpStream},

	"onPlayStatus":      {"The server reports on playback.", []string{"information"}, flashMedia},
	"@setDataFrame":     {"The publisher sets data that later players get too.", []string{metadataName, "metadata"}, flashMedia},
	"@clearDataFrame":   {"The publisher removes data that it set.", []string{metadataName}, flashMedia},
	"onMetaData":        {"What the stream is: size, codecs, rates.", []string{"metadata"}, flvMetadata},
	"|RtmpSampleAccess": {"Whether a program may read the decoded samples.", []string{"audio", "video"}, flashMedia},
	"onTextData":        {"Text for the viewer.", []string{"text data"}, flashMedia},
	"onCaption":         {"Captions.", []string{"captions"}, flashMedia},
	"onCaptionInfo":     {"Captions as base64 of CEA-708 data.", []string{"captions"}, flashMedia},
	"onCuePoint":        {"A named moment: an advertisement, a chapter.", []string{"cue point"}, flvMetadata},
	"onFI":              {"Wall clock and time code of the encoder.", []string{"time information"}, flashMedia},
	"onXMPData":         {"Metadata in XMP.", []string{"XMP"}, flvMetadata},
}

func commandSource(name string) string { return Commands[name].Source }

// Properties says what the known members of connect, of its answer and of
// metadata mean, by name. It is not to be changed.
var Properties = map[string]string{
	"app":                 "the application: the path of the URL",
	"flashVer":            "the program of the client",
	"fmsVer":              "the program of the server",
	"swfUrl":              "where the player program came from",
	"pageUrl":             "the web page that holds the player",
	"tcUrl":               "the URL the client connects to; servers may check it",
	"fpad":                "whether a proxy is in use",
	"capabilities":        "bits whose meaning Adobe never published; 239 and 15 are common",
	"audioCodecs":         "bit mask of the audio codecs the client takes",
	"videoCodecs":         "bit mask of the video codecs the client takes",
	"videoFunction":       "bit mask of what the client can do with video",
	"objectEncoding":      "0: AMF0, 3: AMF3",
	"fourCcList":          "the Enhanced RTMP codecs the client takes; * is any",
	"videoFourCcInfoMap":  "what the side can do with each video codec",
	"audioFourCcInfoMap":  "what the side can do with each audio codec",
	"capsEx":              "bit mask of Enhanced RTMP abilities",
	"secureToken":         "a challenge; the client answers with secureTokenResponse",
	"level":               "status, warning or error; some clients react to this, some to the code",
	"code":                "what happened",
	"videocodecid":        "the FLV codec id, or a FourCC as a number (Enhanced RTMP)",
	"audiocodecid":        "the FLV sound format, or a FourCC as a number (Enhanced RTMP)",
	"videodatarate":       "kilobits a second",
	"audiodatarate":       "kilobits a second",
	"framerate":           "frames a second",
	"duration":            "seconds; 0 for live",
	"audioTrackIdInfoMap": "the audio tracks besides the first",
	"videoTrackIdInfoMap": "the video tracks besides the first",
	"filesize":            "bytes; 0 for live",
}
