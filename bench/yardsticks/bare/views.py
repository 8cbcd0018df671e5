from django.http import HttpRequest, HttpResponse
from django.urls import path

from bare.models import Row


def keep(request: HttpRequest) -> HttpResponse:
    Row.objects.create(name=request.POST["name"], email=request.POST["email"])
    return HttpResponse(status=303, headers={"Location": "/thanks/"})


urlpatterns = [path("sign/", keep)]
