package check

import "time"

// writer is the program that wrote it.
func (o *Options) writer() string {
	if o.Version == "" {
		return ""
	}
	return "rtmpscope " + o.Version
}

// span is when the first session began and the last one had its last record, nil of a
// capture without sessions.
func (r *Result) span() (began, last *time.Time) {
	for i := range r.Sessions {
		from, to := r.Sessions[i].Info.OpenedAt.UTC(), r.Sessions[i].Info.LastAt.UTC()
		if began == nil || from.Before(*began) {
			began = &from
		}
		if last == nil || to.After(*last) {
			last = &to
		}
	}
	return began, last
}
