# Completion of send-metrics for bash, from 3.2 on. In ~/.bashrc: eval "$(send-metrics completion bash)"
_send_metrics() {
    local line=${COMP_LINE:0:COMP_POINT} program=${COMP_WORDS[0]/#\~/$HOME} current kept value about files=
    local -a words
    line=${line#*"${COMP_WORDS[0]}"}
    IFS=$' \t\n' read -r -a words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    current=${words[${#words[@]} - 1]}
    # What stands before the last : or = is a word of its own for readline, and stays as it is.
    kept=${current%"${current##*[$COMP_WORDBREAKS]}"}
    COMPREPLY=()
    while IFS=$'\t' read -r value about; do
        case $value in
        :files) files=1 ;;
        "$current"*) COMPREPLY+=("${value#"$kept"}") ;;
        esac
    done < <("$program" completion words -- "${words[@]}" 2>/dev/null)
    # Without an answer readline offers files, which is right where one is expected.
    if [[ -z $files ]] && type compopt &>/dev/null; then compopt +o default; fi
}
complete -o default -F _send_metrics send-metrics
