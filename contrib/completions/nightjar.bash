# bash completion for nightjar
_nightjar() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local verbs='list show ack unack resolve snooze escalate reassign note wrong
        explain raise post log oncall shifts calendar override swap cover silence mute drill sources
        status test reload config check score probe help'
    case $previous in
    override | silence) COMPREPLY=($(compgen -W 'add list remove' -- "$word")) ;;
    swap) COMPREPLY=($(compgen -W 'accept decline cancel list --give --take --with' -- "$word")) ;;
    drill) COMPREPLY=($(compgen -W 'report' -- "$word")) ;;
    config) COMPREPLY=($(compgen -W 'show sample' -- "$word")) ;;
    --state) COMPREPLY=($(compgen -W 'open acknowledged snoozed resolved' -- "$word")) ;;
    --severity) COMPREPLY=($(compgen -W 'low high critical' -- "$word")) ;;
    --config | --token-file | check) COMPREPLY=($(compgen -f -- "$word")) ;;
    show | ack | unack | resolve | snooze | escalate | reassign | note | wrong | explain | report)
        COMPREPLY=($(compgen -W "$(nightjar list --json 2>/dev/null |
            grep -o '"id":[0-9]*' | grep -o '[0-9]*')" -- "$word"))
        ;;
    *)
        if [[ $word == --* ]]; then
            COMPREPLY=($(compgen -W '--json --as --socket --config --help' -- "$word"))
        elif [ "$COMP_CWORD" -eq 1 ]; then
            COMPREPLY=($(compgen -W "$verbs" -- "$word"))
        fi
        ;;
    esac
}
complete -F _nightjar nightjar
