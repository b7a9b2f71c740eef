package lint

// Programs names the two programs of a session as far as their fingerprints tell
// by now; "" is one that is not known.
type Programs struct{ Client, Server string }

// Programs returns those of all sessions, session n at index n-1. It is a copy, and
// much less work than a [Report] of each.
func (j *Judge) Programs() []Programs {
	out := make([]Programs, len(j.views))
	for i, v := range j.views {
		if v != nil {
			out[i] = Programs{v.who[client].Name, v.who[server].Name}
		}
	}
	return out
}

// shortNames are those of programs whose names are long.
var shortNames = map[string]string{
	nginx: "nginx", likeNginx: "nginx?", nms: "NMS", adobe: "AMS", flash: "Flash", fmle: "FMLE?",
}

// ShortName is the name of a program where there is little room: "NMS" for
// "Node-Media-Server". A name that is short stays as it is.
func ShortName(program string) string {
	if short, ok := shortNames[program]; ok {
		return short
	}
	return program
}
