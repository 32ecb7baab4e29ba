; Takes the place of Win\RestartManager.nsh, which NSIS has since 3.09 and Debian 12 does not: what utils.nsh of Tauri's
; installer uses of it. The functions are those of rstrtmgr.dll.

!define /ifndef RmForceShutdown 1

; SESSION is a variable: the handle, or nothing when there is no session. Changes $0 to $2.
!macro RestartManager_StartSession SESSION
  System::Call 'RSTRTMGR::RmStartSession(*i .r1, i 0, w .r2) i .r0'
  StrCpy ${SESSION} ""
  ${If} $0 = 0
    StrCpy ${SESSION} $1
  ${EndIf}
!macroend

; $0 is 0 when it was done. Changes $1 as well.
!macro RestartManager_RegisterFile SESSION FILE
  System::Call '*(w "${FILE}") p .r1'
  System::Call 'RSTRTMGR::RmRegisterResources(i ${SESSION}, i 1, p r1, i 0, p 0, i 0, p 0) i .r0'
  System::Free $1
!macroend

!macro RestartManager_EndSession SESSION
  System::Call 'RSTRTMGR::RmEndSession(i ${SESSION})'
!macroend
