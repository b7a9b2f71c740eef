package session

// fold adds a session to the group of a key.
func fold(groups [][]int, open map[string]int, key string, i int) [][]int {
	if g, found := open[key]; found {
		groups[g] = append(groups[g], i)
		return groups
	}
	open[key] = len(groups)
	return append(groups, []int{i})
}

// silent reports whether a connection has ended without a byte, by itself.
func (i *Info) silent() bool {
	return !i.Open && i.Bytes == [2]int64{} && i.App == "" && i.Role == RoleUnknown && i.Trouble == ""
}
